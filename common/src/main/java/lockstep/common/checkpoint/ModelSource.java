package lockstep.common.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;

/**
 * A model that lies on disk.
 *
 * @param file the model file
 * @param tokenizer name of the tokenizer that it was trained with, where the checkpoint says so
 */
public record ModelSource(Path file, Optional<String> tokenizer) {
    /** A name or an address of a model on the network: nothing is downloaded unasked. */
    private static String whereElse(Path path) {
        String name = path.toString();
        if (name.matches("\\w+:/.*")) {
            return ": it is an address; download it, with config.json beside it, and give the directory";
        }
        return name.matches("(openai-community/)?gpt2(-medium|-large|-xl)?")
            ? ": ./lockstep get " + path.getFileName() + " downloads that one"
            : "";
    }

    /**
     * @param path a model file, a checkpoint's directory, or a run's directory, whose newest complete checkpoint it is
     * @throws UserError when there is no model
     */
    public static ModelSource resolve(Path path) {
        if (!Files.exists(path)) {
            throw new UserError(path + ": no such file or directory; expected a model file, a checkpoint, a run directory or a "
                + "model of Hugging Face" + whereElse(path));
        }
        if (!Files.isDirectory(path)) {
            return new ModelSource(path, Optional.empty());
        }
        if (Files.exists(path.resolve(CheckpointFiles.MODEL))) {
            return checkpoint(path);
        }
        Path newest = new CheckpointStore(path).newestComplete()
            .orElseThrow(() -> ForeignDirectory.error(path));
        return checkpoint(newest);
    }

    /** Whether the path is a directory of a checkpoint, or of a run that has one. */
    public static boolean isOurs(Path path) {
        return Files.exists(path.resolve(CheckpointFiles.MODEL)) || new CheckpointStore(path).newestComplete().isPresent();
    }

    private static ModelSource checkpoint(Path dir) {
        return new ModelSource(dir.resolve(CheckpointFiles.MODEL), CheckpointFiles.tokenizer(dir));
    }
}
