package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Three hosts, as far as a network can tell: one is cut off both ways, then one way, and comes back by itself each time. */
@EnabledOnOs(OS.LINUX)
@Tag("slow")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class NamespacesTest {
    private static final String[] LENGTH =
        {"--micro-batches", "32", "--groups", "4", "--steps", "20000", "--val-every", "0", "--sample-every",
            "0", "--checkpoint-every", "0", "--log-every", "1"};
    private static final Map<String, String> IMPATIENT =
        Map.of("JAVA_TOOL_OPTIONS", "-Dlockstep.silence.seconds=4 -Dlockstep.merge.seconds=3");

    @TempDir
    private Path dir;

    @Test
    void a_node_that_is_cut_off_comes_back_by_itself() throws IOException {
        Path text = TinyRun.text(dir);
        try (Network network = Network.orSkip(3, dir); ClusterRun run = new ClusterRun()) {
            List<String> args = new ArrayList<>(ClusterRun.args(text, dir.resolve("cut"), LENGTH));
            args.add("--bind=10.9.0.1");
            NodeProcess first = run.on(network.on(1)).first(args, 3, IMPATIENT);
            NodeProcess second = run.on(network.on(2)).further(IMPATIENT, "--bind=10.9.0.2");
            NodeProcess third = run.on(network.on(3)).further(IMPATIENT, "--bind=10.9.0.3");
            first.await("step    5/20000");
            cutAndHeal(network, "cut", 3, first, third);
            cutAndHeal(network, "mute", 2, first, second);
            List.of(first, second, third).forEach(NodeProcess::endInput);
            for (NodeProcess node : List.of(first, second, third)) {
                assertEquals(0, node.awaitExit(), run::said);
            }
            String steps = first.await("stopped after step ");
            String[] straight = ClusterRun.command(text, dir.resolve("one"), LENGTH);
            List<String> command = new ArrayList<>(List.of(straight));
            command.addAll(List.of("--stop-after", steps));
            assertEquals(TinyRun.run(command.toArray(String[]::new)).sha256(), first.await("weights sha256 "), run::said);
        }
    }

    private static void cutAndHeal(Network network, String how, int number, NodeProcess leader, NodeProcess node) throws IOException {
        int before = leader.count("generation ");
        int taken = node.count("verified by SHA-256");
        network.tell(how, number);
        leader.awaitCount("generation ", before + 1);
        network.tell("heal", number);
        node.awaitCount("verified by SHA-256", taken + 1);
    }
}
