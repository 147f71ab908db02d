package lockstep.deploy.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

import lockstep.coordinator.bench.BenchNode;
import lockstep.coordinator.bench.BenchNode.Size;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.secret.Secret;

/** One of the other processes of {@link BenchAllreduceCommand}: reads from standard input what it needs, then stays until that ends, since then its parent has. */
@Command(name = "allreduce-node", hidden = true, description = "A process that bench allreduce starts.")
public final class BenchAllreduceNodeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(BenchAllreduceNodeCommand.class);

    @Override
    public Integer call() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Secret secret = Secret.of(HexFormat.of().parseHex(in.readLine()));
        String parent = in.readLine();
        String[] size = in.readLine().split(" ", -1);
        MemberSettings settings = new MemberSettings("bench", MemberSettings.LOOPBACK, 0, List.of(parent), secret);
        try (BenchNode node = BenchNode.start(settings, new Size(Integer.parseInt(size[0]), Integer.parseInt(size[1])))) {
            LOG.debug("listening on {}", node.address());
            while (in.readLine() != null) {
                // nothing more is said
            }
        }
        return 0;
    }
}
