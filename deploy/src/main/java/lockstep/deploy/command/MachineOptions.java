package lockstep.deploy.command;

import java.util.List;
import java.util.Locale;

import picocli.CommandLine.Option;

import lockstep.common.UserError;
import lockstep.deploy.console.Table;
import lockstep.node.bench.MachinePeak;
import lockstep.node.parallel.Workers;
import lockstep.node.train.Memory;

/** How the machine's own limits are measured. */
final class MachineOptions {
    private static final int MAX_STREAM_MIB = 8191;
    private static final int FLOATS_PER_MIB = (1 << 20) / Float.BYTES;

    @Option(names = "--stream-mib", paramLabel = "N", defaultValue = "256",
        description = "MiB of each of the three arrays that the memory's bandwidth is measured with, several times what the last cache lets this"
            + " process have (default: ${DEFAULT-VALUE}).")
    private int streamMib;

    /** @throws UserError when the arrays are of no sensible size, or don't fit */
    void requireFits() {
        Options.positive("--stream-mib", streamMib);
        if (streamMib > MAX_STREAM_MIB) {
            throw new UserError("--stream-mib must be <= " + MAX_STREAM_MIB + ", found " + streamMib);
        }
        MachinePeak.memory(streamFloats()).requireFits(Memory.ofThisJvm(), List.of("a smaller --stream-mib"));
    }

    MachinePeak measure(Workers workers) {
        return MachinePeak.measure(workers, streamFloats());
    }

    private int streamFloats() {
        return streamMib * FLOATS_PER_MIB;
    }

    static List<String> lines(MachinePeak machine) {
        return new Table()
            .row("JVM", machine.jvm())
            .row("vectors", machine.vector())
            .row("threads", machine.threads())
            .row("fp32 peak, one thread", gflops(machine.gflopsOneThread()))
            .row("fp32 peak, all", gflops(machine.gflops()))
            .row("memory, copy", gBytes(machine.copyGBytesPerSecond()))
            .row("memory, triad", gBytes(machine.triadGBytesPerSecond()))
            .rule()
            .lines();
    }

    private static String gflops(double value) {
        return String.format(Locale.ROOT, "%.1f GFLOP/s", value);
    }

    private static String gBytes(double value) {
        return String.format(Locale.ROOT, "%.1f GB/s read and written", value);
    }
}
