package lockstep.node.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.format.ModelFile;

/** A run's beginning with the weights of a file, which have to be the same each time that they are read. */
final class GivenWeights implements Supplier<TrainingState> {
    private final Path file;
    private Optional<String> sha256 = Optional.empty();

    GivenWeights(Path file) {
        this.file = file;
    }

    /** @throws UserError when the file can't be read, or holds other weights than the first time */
    @Override
    public TrainingState get() {
        float[] params = ModelFile.readParameters(file);
        String found = ModelFile.weightsSha256(params);
        if (!found.equals(sha256.orElse(found))) {
            throw new UserError(file + ": weights: found those of sha256 " + found + ", expected " + sha256.get()
                + ", from which the run started");
        }
        sha256 = Optional.of(found);
        return TrainingState.fresh(ModelFile.readShape(file), params);
    }
}
