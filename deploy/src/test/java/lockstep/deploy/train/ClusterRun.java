package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Nodes of one run on a tiny model, in processes that a test can kill one by one. */
final class ClusterRun implements AutoCloseable {
    private static final Pattern LATER_GENERATION = Pattern.compile("generation (?!1 )[0-9]+ from step");
    private static final long PATIENCE_NS = 90_000_000_000L;
    private static final long POLL_NS = 10_000_000;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private List<String> before = List.of();

    /** Options of a whole run, without the command. */
    static List<String> args(Path text, Path out, String... length) {
        List<String> args = new ArrayList<>(List.of("--text", text.toString(), "--out", out.toString(), "--layers", "1", "--heads", "2",
            "--channels", "16", "--seq-len", "16", "--batch", "2", "--val-batches", "2", "--sample-tokens", "8"));
        args.addAll(List.of(length));
        return args;
    }

    /** The same on one node, in this JVM. */
    static String[] command(Path text, Path out, String... length) {
        List<String> args = args(text, out, length);
        args.addFirst("train");
        return args.toArray(String[]::new);
    }

    /** The next nodes are started by a command line that begins so. */
    ClusterRun on(List<String> commandLine) {
        before = commandLine;
        return this;
    }

    /** The node that brings the run; it leads, being the oldest. */
    NodeProcess first(List<String> args, int expected, Map<String, String> environment) {
        List<String> all = new ArrayList<>(args);
        all.add("--expect=" + expected);
        return add(all, environment);
    }

    /** One that joins. */
    NodeProcess further(Map<String, String> environment, String... options) {
        List<String> args = new ArrayList<>(List.of("--join=" + String.join(",", addresses)));
        args.addAll(List.of(options));
        return add(args, environment);
    }

    private NodeProcess add(List<String> args, Map<String, String> environment) {
        NodeProcess node = NodeProcess.start(before, args, environment);
        nodes.add(node);
        addresses.add(node.address());
        return node;
    }

    /** Whether a line tells of a generation after the first; an attempt that fails takes a number too, so nobody knows which. */
    static boolean tellsOfLaterGeneration(String line) {
        return LATER_GENERATION.matcher(line).find();
    }

    /** Waits until one of the nodes has said a line with this in it; returns which. */
    NodeProcess awaitAny(String part) {
        return awaitAny(node -> node.count(part) > 0, "line with '" + part + "'");
    }

    NodeProcess awaitAny(Predicate<NodeProcess> wanted, String what) {
        long end = System.nanoTime() + PATIENCE_NS;
        while (System.nanoTime() - end < 0) {
            for (NodeProcess node : nodes) {
                if (wanted.test(node)) {
                    return node;
                }
            }
            LockSupport.parkNanos(POLL_NS);
        }
        throw new AssertionError("no " + what + ":\n" + said());
    }

    String said() {
        StringBuilder text = new StringBuilder();
        for (NodeProcess node : nodes) {
            text.append("---- ").append(node.handle().pid()).append('\n').append(node.said()).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
