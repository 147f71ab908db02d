package lockstep.deploy.command;

import java.nio.file.Path;

import picocli.CommandLine.Option;

import lockstep.node.kernel.Kernels;

/** What every benchmark takes: what to compute with, and where the result goes beside stdout. */
final class BenchOptions {
    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--vector", paramLabel = "512|256|128|scalar",
        description = "Bits of a vector, or plain loops (default: the widest that the processor prefers).")
    private String vector;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result to FILE as well, replacing it.")
    private Path json;

    /** Checks the options and sets the kernels of this process; comes before the first of them is made. */
    void apply() {
        if (vector != null) {
            Kernels.choose(vector);
        }
        Options.positive("--threads", threads);
    }

    int threads() {
        return threads;
    }

    /** Writes the result to --json, where that was asked for. */
    void write(Object result) {
        JsonFile.write(json, result);
    }
}
