package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;

/** Network namespaces on a bridge, which only this test sees; see net.sh. */
final class Network implements AutoCloseable {
    private final Process script;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final List<String> pids = new ArrayList<>();

    private Network(Process script) {
        this.script = script;
        this.out = script.inputReader(StandardCharsets.UTF_8);
        this.in = script.outputWriter(StandardCharsets.UTF_8);
    }

    /** @throws IOException when this machine doesn't allow it, with what it says */
    static Network of(int nodes, Path directory) throws IOException {
        Path net = directory.resolve("net.sh");
        Files.copy(Network.class.getResourceAsStream("/namespaces/net.sh"), net, StandardCopyOption.REPLACE_EXISTING);
        Network network = new Network(
            new ProcessBuilder("unshare", "-rn", "sh", net.toString(), String.valueOf(nodes)).redirectErrorStream(true).start());
        StringBuilder said = new StringBuilder();
        for (String line = network.out.readLine(); !"ready".equals(line); line = network.out.readLine()) {
            if (line == null) {
                throw new IOException("no network namespaces: " + said);
            }
            said.append(line).append('\n');
            if (line.startsWith("node ")) {
                network.pids.add(line.split(" ", -1)[2]);
            }
        }
        return network;
    }

    /** {@link #of}; the test is skipped where this machine doesn't allow it. */
    static Network orSkip(int nodes, Path directory) {
        try {
            return of(nodes, directory);
        } catch (IOException e) {
            Assumptions.abort("skipped, since this machine allows no network namespaces: " + e.getMessage());
            throw new IllegalStateException(e);
        }
    }

    /** What to put before a command that is to run on a node, from 1. */
    List<String> on(int node) {
        return List.of("nsenter", "--preserve-credentials", "-U", "-n", "-t", pids.get(node - 1));
    }

    void tell(String what, int node) throws IOException {
        in.write(what + " " + node + "\n");
        in.flush();
        String said = out.readLine();
        if (!("done " + what + " " + node).equals(said)) {
            throw new IOException("net.sh says " + said);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
        script.destroy();
    }
}
