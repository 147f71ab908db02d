package lockstep.deploy.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.format.ModelFile;
import lockstep.common.format.Sha256;
import lockstep.deploy.model.StoredModel;

/**
 * An origin, and the weights that were read to know their checksum: hundreds of megabytes, which who needs them first gets from here. They are kept until then and
 * no longer.
 */
final class ReadOrigin {
    private final RunOrigin origin;
    private Optional<float[]> weights;

    private ReadOrigin(RunOrigin origin, Optional<float[]> weights) {
        this.origin = origin;
        this.weights = weights;
    }

    /** Whose weights are read when they are asked for. */
    static ReadOrigin unread(RunOrigin origin) {
        return new ReadOrigin(origin, Optional.empty());
    }

    /**
     * Of what a run begins with; nothing where its weights begin at random. Reads all of the weights.
     *
     * @param given the model, as the user said it
     * @throws UserError when it can't be read
     */
    static Optional<ReadOrigin> of(ModelChoice model, Optional<String> given) {
        return switch (model) {
            case ModelChoice.Stored stored -> Optional.of(of(stored.path(), given, Optional.empty()));
            case ModelChoice.Continued continued -> Optional.of(of(continued.path(), given,
                Optional.of(new RunOrigin.State(continued.optimizerState().toString(), Sha256.of(continued.optimizerState())))));
            case ModelChoice.Named _,ModelChoice.Sizes _ -> Optional.empty();
        };
    }

    private static ReadOrigin of(Path path, Optional<String> given, Optional<RunOrigin.State> state) {
        StoredModel found = StoredModel.find(path);
        float[] weights = found.weights(0);
        return new ReadOrigin(new RunOrigin(given.orElse(path.toString()), found.file().toAbsolutePath().normalize().toString(),
            ModelFile.weightsSha256(weights), state), Optional.of(weights));
    }

    /**
     * Of a run that goes on: what its configuration notes. Where the run has no checkpoint yet it starts from there once more.
     *
     * @throws UserError when it has to, and something else lies there now
     */
    static Optional<ReadOrigin> resumed(Path runDir, ModelChoice model) {
        Optional<RunOrigin> then = RunOrigin.noted(TrainRequest.about(runDir));
        if (then.isEmpty() || new CheckpointStore(runDir).newestComplete().isPresent()) {
            return then.map(ReadOrigin::unread);
        }
        RunOrigin noted = then.get();
        // the file that the path led to then: the path of a run leads to its newest checkpoint, which may be another by now
        ModelChoice same = Files.notExists(Path.of(noted.file())) ? model : model.from(Path.of(noted.file()));
        return of(same, Optional.of(noted.path())).map(now -> {
            noted.requireSame(RunDirectory.configFile(runDir).toString(), now.origin, RunOrigin.Remedy.NONE);
            return now;
        });
    }

    RunOrigin origin() {
        return origin;
    }

    /**
     * The weights, which are the caller's from now on: those that were read, later read again.
     *
     * @throws UserError when they are others by then
     */
    synchronized float[] weights() {
        Optional<float[]> read = weights;
        weights = Optional.empty();
        return read.orElseGet(origin::weights);
    }
}
