package lockstep.deploy.train;

import java.nio.file.Path;

/** Where a run's weights begin. */
sealed interface ModelChoice {
    /** A size that has a name, with random weights. */
    record Named(String name) implements ModelChoice {}

    /** The weights of a model file, a checkpoint or a run. */
    record Stored(Path path) implements ModelChoice {}

    /** A size of the user's own, with random weights. */
    record Sizes(int layers, int heads, int channels) implements ModelChoice {}
}
