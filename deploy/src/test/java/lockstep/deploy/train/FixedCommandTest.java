package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A node's command that a service or a container starts again and again. */
class FixedCommandTest {
    private static final String[] LENGTH = {"--steps", "6", "--val-every", "0", "--sample-every", "0", "--checkpoint-every", "0"};

    @TempDir
    private Path dir;

    @Test
    void the_command_that_began_a_run_goes_on_with_it_when_all_nodes_have_ended() throws IOException {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("run");
        String expected = TinyRun.train(text, dir.resolve("one"), LENGTH).sha256();
        List<String> command = new ArrayList<>(TinyRun.args(text, out, LENGTH));
        List<String> stopped = new ArrayList<>(command);
        stopped.addAll(List.of("--stop-after", "2"));
        assertEquals(0, TinyRun.run(stopped.toArray(String[]::new)).exitCode());
        command.addAll(ofACluster());
        TinyRun.Result again = TinyRun.run(command.toArray(String[]::new));
        assertEquals(expected, again.sha256());
        assertEquals(6, Files.readAllLines(out.resolve("metrics.jsonl")).size());
    }

    @Test
    void it_may_say_in_other_words_what_the_run_notes_and_nothing_else() throws IOException {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("run");
        assertEquals(0, TinyRun.train(text, out, LENGTH).exitCode());
        String[] same = {"--join=a", "--text=" + text, "--out=" + out, "--batch=2", "--seq-len=16"};
        assertEquals(Optional.of(out), request(same, "--total-batch=96", "--epochs=1").options().run.resume);
        assertTrue(request(same).mayBegin());
        assertRefused(same, "--total-batch=64", "--total-batch: found 64, expected 96 as in " + out.resolve("config.json"));
        assertRefused(same, "--seed=7", "--seed: found 7, expected ");
        String[] fromFile = {"--kubernetes-dns=a", "--config=" + out.resolve("config.json"), "--out=" + out};
        assertEquals(Optional.of(out), request(fromFile).options().run.resume);
        assertRefused(fromFile, "--seed=7", "--seed: found 7, expected ");
    }

    @Test
    void one_that_describes_no_run_goes_on_where_there_is_a_checkpoint() throws IOException {
        Path out = dir.resolve("run");
        assertEquals(0, TinyRun.train(TinyRun.text(dir), out, LENGTH).exitCode());
        String[] joins = {"--join=a", "--out=" + out};
        assertTrue(request(joins).mayBegin());
        assertEquals(Optional.of(out), request(joins).options().run.resume);
        Files.move(out.resolve("checkpoints"), dir.resolve("away"));
        assertFalse(request(joins).mayBegin(), "it would begin at the first step, where another node may be further");
        assertEquals(Optional.empty(), request(joins).options().run.resume);
        assertFalse(request(new String[] {"--join=a", "--out=" + dir.resolve("new")}).mayBegin());
    }

    @Test
    void a_command_of_one_node_overwrites_nothing_and_goes_on_with_nothing() throws IOException {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("run");
        assertEquals(0, TinyRun.train(text, out, LENGTH).exitCode());
        TinyRun.Result again = TinyRun.train(text, out, LENGTH);
        assertEquals(2, again.exitCode());
        assertTrue(again.err().contains("it is a run, which goes on with --resume " + out), again.err());
    }

    private List<String> ofACluster() throws IOException {
        Path secret = Files.writeString(dir.resolve("secret"), "the secret of this test");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return List.of("--join", "127.0.0.1:" + free.getLocalPort(), "--port", String.valueOf(free.getLocalPort()), "--secret-file",
                secret.toString());
        }
    }

    private static TrainRequest request(String[] command, String... more) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return TrainRequest.of(new CommandLine(new TrainOptions()).parseArgs(all.toArray(String[]::new)));
    }

    private static void assertRefused(String[] command, String option, String start) {
        UserError error = assertThrows(UserError.class, () -> request(command, option));
        assertTrue(error.getMessage().startsWith(start), error.getMessage());
    }
}
