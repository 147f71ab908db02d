package lockstep.deploy.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.checkpoint.ModelSource;
import lockstep.common.format.ModelFile;
import lockstep.common.huggingface.HuggingFaceModel;
import lockstep.common.huggingface.TokenizerMatch;
import lockstep.common.model.ModelShape;
import lockstep.common.text.AddedToken;
import lockstep.common.text.ExtendedTokenizer;
import lockstep.common.text.Tokenizer;

/**
 * A model that a path names: a model file, a checkpoint, a run directory or a model of Hugging Face. The weights are not read yet.
 *
 * @param file the model file
 * @param trainedWith the tokenizer that its checkpoint names
 * @param foreign the model of Hugging Face that it is, with what lies beside its weights
 * @param reader reads all parameters, in llm.c's order
 */
public record StoredModel(Path file, ModelShape shape, Optional<String> trainedWith, Optional<HuggingFaceModel> foreign,
    Supplier<float[]> reader) {
    /**
     * A vocabulary that nothing else is known of may be larger than a tokenizer's by so much: it is padded to such a multiple, as
     * nanoGPT's 50,304, or has a few tokens more.
     */
    private static final int USUAL_MULTIPLE = 128;
    /**
     * Megatron pads to as much as this where it divides the vocabulary among many devices: 51,200. Taken where the user names the
     * tokenizer.
     */
    private static final int LARGEST_MULTIPLE = 1024;

    public static StoredModel find(Path path) {
        if (isHuggingFace(path)) {
            HuggingFaceModel model = HuggingFaceModel.open(path);
            return new StoredModel(model.file(), model.shape(), Optional.empty(), Optional.of(model), model::parameters);
        }
        ModelSource source = ModelSource.resolve(path);
        return new StoredModel(source.file(), ModelFile.readShape(source.file()), source.tokenizer(), Optional.empty(),
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

    /** The tokenizer of its checkpoint, or the one that lies beside its weights, or that its vocabulary fits. */
    public Tokenizer tokenizer() {
        return knownTokenizer()
            .orElseThrow(() -> new UserError(file + ": vocabulary: found V=" + shape.V() + ", which fits no tokenizer of ours"
                + reason() + "; the model takes token ids alone"));
    }

    /** The same, and nothing where neither is there. */
    public Optional<Tokenizer> knownTokenizer() {
        return trainedWith.map(this::tokenizer).or(() -> tokenizers().filter(this::isTheModels).findFirst());
    }

    /** @throws UserError when the model can't have this tokenizer's tokens */
    public Tokenizer tokenizer(String name) {
        Tokenizer tokenizer = Tokenizer.named(name);
        int most = padded(tokenizer, LARGEST_MULTIPLE);
        boolean fits = shape.V() >= tokenizer.vocabularySize()
            && (shape.V() <= most || trainedWith.equals(Optional.of(name)) || match(tokenizer) instanceof TokenizerMatch.Same);
        if (!fits) {
            throw new UserError(file + ": vocabulary: found V=" + shape.V() + ", expected " + tokenizer.vocabularySize() + " to " + most
                + ", the tokens of --tokenizer " + name + " and what pads them");
        }
        return tokenizer;
    }

    /** Adds to a tokenizer the tokens that the model has behind it, by the files beside its weights. Where these are of another tokenizer nothing is added. */
    public Tokenizer extended(Tokenizer tokenizer) {
        return switch (match(tokenizer)) {
            case TokenizerMatch.Same(List<AddedToken> added) -> new ExtendedTokenizer(tokenizer, added, shape.V());
            case TokenizerMatch.Unknown(List<AddedToken> added) -> new ExtendedTokenizer(tokenizer, added, shape.V());
            case TokenizerMatch.Different _ -> tokenizer;
        };
    }

    /** The tokens at which a text ends: the tokenizer's own, and those of the model's configuration that the tokenizer has. */
    public SortedSet<Integer> endTokens(Tokenizer tokenizer) {
        SortedSet<Integer> tokens = new TreeSet<>(ends().headSet(tokenizer.vocabularySize()));
        tokens.add(tokenizer.endOfText());
        return tokens;
    }

    /** A sentence for who reads its texts, where they can't end as the model's configuration says. */
    public Optional<String> warning(Tokenizer tokenizer) {
        SortedSet<Integer> unknown = ends().tailSet(tokenizer.vocabularySize());
        return unknown.isEmpty()
            ? Optional.empty()
            : Optional
                .of(file + ": eos_token_id: " + unknown + " is none of the " + tokenizer.vocabularySize() + " tokens of " + tokenizer.name()
                    + " and its added tokens, and is never drawn; texts end at " + endTokens(tokenizer));
    }

    /** A sentence for who uses the model, where its file holds more than the language model. */
    public Optional<String> note() {
        return foreign.flatMap(HuggingFaceModel::note);
    }

    private TokenizerMatch match(Tokenizer tokenizer) {
        return foreign.map(model -> model.match(tokenizer)).orElseGet(() -> new TokenizerMatch.Unknown(List.of()));
    }

    private SortedSet<Integer> ends() {
        return foreign.map(HuggingFaceModel::endTokens).orElseGet(Collections::emptySortedSet);
    }

    private static Stream<Tokenizer> tokenizers() {
        return Tokenizer.NAMES.stream().map(Tokenizer::named);
    }

    private boolean isTheModels(Tokenizer tokenizer) {
        return shape.V() >= tokenizer.vocabularySize() && switch (match(tokenizer)) {
            case TokenizerMatch.Same _ -> true;
            case TokenizerMatch.Different _ -> false;
            case TokenizerMatch.Unknown _ -> shape.V() <= padded(tokenizer, USUAL_MULTIPLE);
        };
    }

    private static int padded(Tokenizer tokenizer, int multiple) {
        return Math.ceilDiv(tokenizer.vocabularySize(), multiple) * multiple;
    }

    /** Why no tokenizer is taken: what its own files say against the one of its size, or the sizes that there are. */
    private String reason() {
        return tokenizers().filter(one -> shape.V() >= one.vocabularySize() && shape.V() <= padded(one, LARGEST_MULTIPLE))
            .flatMap(one -> match(one) instanceof TokenizerMatch.Different different
                ? Stream.of(": tokens of its own lie beside the weights (" + different.reason() + "; --tokenizer " + one.name()
                    + " reads texts with ours all the same)")
                : Stream.empty())
            .findFirst()
            .orElseGet(() -> tokenizers().map(one -> one.name() + ": " + one.vocabularySize() + " to " + padded(one, USUAL_MULTIPLE))
                .collect(Collectors.joining(", ", " (", ")")));
    }
}
