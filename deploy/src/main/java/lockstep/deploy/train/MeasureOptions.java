package lockstep.deploy.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Option;

import lockstep.common.UserError;

/** What is measured beyond latencies, which always are. None of it changes the weights. */
final class MeasureOptions {
    /** Names of all of these, which belong to one start of a node and never to the run. */
    static final List<String> NAMES = List.of("trace", "tensorboard");

    @Option(names = "--trace", paramLabel = "FILE",
        description = "Write a timeline of all nodes to this new file, in Chrome's trace format: for ui.perfetto.dev or chrome://tracing. It"
            + " goes on as long as this process leads, to at most 512 MiB: for some minutes. Default: none.")
    Optional<Path> trace = Optional.empty();

    @Option(names = "--tensorboard", arity = "0..1", fallbackValue = "true", paramLabel = "true|false",
        description = "Write what TensorBoard shows, some MB, into the run's directory: tensorboard --logdir RUN_DIR. Default: true.")
    Optional<Boolean> tensorBoard = Optional.empty();

    /** Now: whatever comes before the first step may take minutes. */
    void check() {
        trace.ifPresent(file -> {
            if (Files.exists(file)) {
                throw new UserError("--trace: " + file + ": already exists, expected a new file; nothing is overwritten");
            }
            Path parent = file.toAbsolutePath().getParent();
            if (!Files.isDirectory(parent)) {
                throw new UserError("--trace: " + file + ": no such directory: " + parent);
            }
        });
    }
}
