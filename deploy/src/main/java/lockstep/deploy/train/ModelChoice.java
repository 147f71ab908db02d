package lockstep.deploy.train;

import java.nio.file.Path;

/** Where a run's weights begin. */
sealed interface ModelChoice {
    /** A size that has a name, with random weights. */
    record Named(String name) implements ModelChoice {}

    /** The weights of a model file, a checkpoint or a run. */
    record Stored(Path path) implements ModelChoice {}

    /**
     * The weights of a model file, with AdamW's moments and the steps done that llm.c's CUDA trainer left beside it.
     *
     * @param stepsDone 0 where the run has a checkpoint of its own and needs neither file any more
     */
    record Continued(Path path, Path optimizerState, int stepsDone) implements ModelChoice {}

    /** A size of the user's own, with random weights. */
    record Sizes(int layers, int heads, int channels) implements ModelChoice {}

    /** The same of weights that lie at another path; random ones lie nowhere. */
    default ModelChoice from(Path path) {
        return switch (this) {
            case Stored _ -> new Stored(path);
            case Continued continued -> new Continued(path, continued.optimizerState(), continued.stepsDone());
            case Named _,Sizes _ -> this;
        };
    }
}
