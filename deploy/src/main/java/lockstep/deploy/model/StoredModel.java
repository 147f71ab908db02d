package lockstep.deploy.model;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.checkpoint.ModelSource;
import lockstep.common.format.ModelFile;
import lockstep.common.huggingface.HuggingFaceModel;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;

/**
 * A model that a path names: a model file, a checkpoint, a run directory or a model of Hugging Face. The weights are not read yet.
 *
 * @param file the model file
 * @param trainedWith the tokenizer that its checkpoint names
 * @param fits whether a tokenizer with as many tokens can be the model's
 * @param reader reads all parameters, in llm.c's order
 */
public record StoredModel(Path file, ModelShape shape, Optional<String> trainedWith, Predicate<Tokenizer> fits, Supplier<float[]> reader) {
    public static StoredModel find(Path path) {
        if (isHuggingFace(path)) {
            HuggingFaceModel model = HuggingFaceModel.open(path);
            return new StoredModel(model.file(), model.shape(), Optional.empty(), model::fits, model::parameters);
        }
        ModelSource source = ModelSource.resolve(path);
        return new StoredModel(source.file(), ModelFile.readShape(source.file()), source.tokenizer(), _ -> true,
            () -> ModelFile.readParameters(source.file()));
    }

    /** A directory that holds a checkpoint or a run of ours is that, whatever lies beside it. */
    public static boolean isHuggingFace(Path path) {
        return HuggingFaceModel.isOne(path) && !ModelSource.isOurs(path);
    }

    /** Bytes that the weights take. */
    public long weightBytes() {
        return Math.multiplyExact((long) Float.BYTES, shape.parameterCount());
    }

    /**
     * Reads the weights.
     *
     * @param besideBytes what the caller will take beside them
     * @throws UserError when both don't fit the heap, with what is needed and what there is
     */
    public float[] weights(long besideBytes) {
        long needed = Math.addExact(weightBytes(), besideBytes);
        long limit = Runtime.getRuntime().maxMemory();
        if (needed > limit) {
            throw new UserError(
                String.format(Locale.ROOT, "%s: needs %.1f GiB of memory, the Java heap may grow to %.1f GiB", file, needed / 0x1p30,
                    limit / 0x1p30));
        }
        return reader.get();
    }

    /** The tokenizer of its checkpoint, or the one with a vocabulary of this size. */
    public Tokenizer tokenizer() {
        return knownTokenizer().orElseThrow(() -> new UserError(file + ": vocabulary: found V=" + shape.V()
            + ", which fits no tokenizer of ours" + (ofSize().isPresent() ? ": tokens of its own lie beside the weights" : "")
            + "; the model takes token ids alone"));
    }

    /** The same, and nothing where neither is there. */
    public Optional<Tokenizer> knownTokenizer() {
        return trainedWith.map(this::tokenizer).or(this::ofVocabulary);
    }

    /** @throws UserError when the model has another vocabulary than this tokenizer */
    public Tokenizer tokenizer(String name) {
        Tokenizer tokenizer = Tokenizer.named(name);
        if (tokenizer.vocabularySize() != shape.V()) {
            throw new UserError(
                file + ": vocabulary: found V=" + shape.V() + ", expected the " + tokenizer.vocabularySize() + " of --tokenizer " + name);
        }
        return tokenizer;
    }

    private Optional<Tokenizer> ofVocabulary() {
        return ofSize().filter(fits);
    }

    private Optional<Tokenizer> ofSize() {
        return Tokenizer.NAMES.stream().map(Tokenizer::named).filter(tokenizer -> tokenizer.vocabularySize() == shape.V()).findFirst();
    }
}
