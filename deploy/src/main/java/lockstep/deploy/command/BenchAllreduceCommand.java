package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.coordinator.bench.AllReduceBenchmark;
import lockstep.coordinator.bench.AllReduceBenchmark.Plan;
import lockstep.coordinator.bench.AllReduceBenchmark.Result;
import lockstep.coordinator.bench.BenchNode;
import lockstep.coordinator.bench.BenchNode.Size;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.secret.Secret;
import lockstep.deploy.process.ChildJvm;

/** Measures the exchange of gradients between processes on this machine, beside plain sockets. */
@Command(
    name = "allreduce",
    description = "Time the all-reduce of a gradient over N processes on this machine's loopback, in turn with the same over plain sockets.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  lockstep bench allreduce --nodes 2 --mbytes 498 --json allreduce.json"})
public final class BenchAllreduceCommand implements Callable<Integer> {
    private static final int MAX_NODES = 16;
    private static final int MAX_MBYTES = 8000;
    private static final int FLOATS_PER_MB = 1_000_000 / Float.BYTES;
    private static final int WARM_UPS = 3;
    private static final long JOIN_MS = 60_000;
    private static final long POLL_NS = 20_000_000;
    /** What a child takes beside the gradient: frames under way, and a young generation. */
    private static final int CHILD_MIB = 640;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "2",
        description = "Processes, this one included (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--mbytes", paramLabel = "N", defaultValue = "498",
        description = "Size of the gradient in millions of bytes; GPT-2 124M has 498 (default: ${DEFAULT-VALUE}).")
    private int mbytes;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "7", description = "Steps that count (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result to FILE as well, replacing it.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (nodes < 2 || nodes > MAX_NODES) {
            throw new UserError("--nodes must be 2 to " + MAX_NODES + ", found " + nodes);
        }
        Options.positive("--mbytes", mbytes);
        if (mbytes > MAX_MBYTES) {
            throw new UserError("--mbytes must be <= " + MAX_MBYTES + ", found " + mbytes);
        }
        Options.positive("--steps", steps);
        Result result = measure(new Size(nodes, mbytes * FLOATS_PER_MB));
        print(result);
        JsonFile.write(json, result);
        return 0;
    }

    private Result measure(Size size) {
        byte[] secret = Secret.random();
        List<ChildJvm> children = new ArrayList<>();
        MemberSettings settings = new MemberSettings("bench", MemberSettings.LOOPBACK, 0, List.of(), Secret.of(secret));
        try (BenchNode node = BenchNode.start(settings, size);
            CountProgressBar bar = new CountProgressBar("steps", WARM_UPS + (long) steps)) {
            for (int child = 1; child < nodes; child++) {
                children.add(startChild(secret, node.address(), size));
            }
            awaitMembers(node, children);
            return new AllReduceBenchmark(node, size, new Plan(WARM_UPS, steps)).run(step -> bar.step());
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    private static ChildJvm startChild(byte[] secret, String address, Size size) {
        ChildJvm child = ChildJvm.start("lockstep.deploy.Main", mib(size) + CHILD_MIB, List.of("bench", "allreduce-node"));
        child.say(HexFormat.of().formatHex(secret));
        child.say(address);
        child.say(size.nodes() + " " + size.floats());
        return child;
    }

    private static long mib(Size size) {
        return (long) size.floats() * Float.BYTES >> 20;
    }

    private void awaitMembers(BenchNode node, List<ChildJvm> children) {
        Deadline deadline = Deadline.afterMs(JOIN_MS);
        while (node.members() < nodes) {
            if (deadline.passed()) {
                throw new IllegalStateException(
                    "waiting for " + nodes + " processes to find each other: " + node.members() + " after " + deadline);
            }
            if (!children.stream().allMatch(ChildJvm::isAlive)) {
                throw new IllegalStateException("one of the other processes has ended before it was asked anything; its message is above");
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private void print(Result r) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "all-reduce of %.0f MB over %d processes, median of %d steps%n", r.mbytes(), r.nodes(), r.steps());
        out.printf(Locale.ROOT, "  %-14s %8.0f ms  algorithm %.2f GB/s, bus %.2f GB/s%n", "all-reduce", r.medianMs(), r.algorithmGBps(),
            r.busGBps());
        out.printf(Locale.ROOT, "  %-14s %8.0f ms%n", "plain sockets", r.rawMedianMs());
        out.printf(Locale.ROOT, "  %-14s %8.2f%n", "ratio", r.ratioToRaw());
        out.printf(Locale.ROOT, "  %-14s %8.0f MB of garbage a step in this process%n", "heap", r.allocatedMbPerStep());
        out.flush();
    }
}
