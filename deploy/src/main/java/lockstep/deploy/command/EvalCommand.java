package lockstep.deploy.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.format.MultipleChoiceFile;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.format.TokenShardWriter;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.model.StoredModel;
import lockstep.node.data.TokenShards;
import lockstep.node.data.ValidationBatches;
import lockstep.node.evaluate.MultipleChoice;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/** {@code lockstep eval}: how well a model predicts held-out text. */
@Command(
    name = "eval",
    description = "Measures loss (nats per token) and perplexity of a model over token shards or a text, from the start, in whole batches; or its answers to HellaSwag.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep eval runs/bard --text held-out.txt"})
public final class EvalCommand implements Callable<Integer> {
    private static final int USUAL_CONTEXT = 1024;

    @Parameters(paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Option(names = "--data", paramLabel = "GLOB", description = "llm.c's token shards.")
    private String data;

    @Option(names = "--text", paramLabel = "FILE", description = "Plain UTF-8 text, instead of --data.")
    private Path text;

    @Option(names = "--hellaswag", paramLabel = "FILE",
        description = "llm.c's hellaswag_val.bin, instead of --data: the share of questions whose right ending the model finds most likely.")
    private Path hellaswag;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes",
        description = "Of --text. Default: the one that the checkpoint names or that fits the vocabulary.")
    private String tokenizerName;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "4", description = "Sequences of a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--seq-len", paramLabel = "T",
        description = "Tokens of a sequence. Default: the model's context, at most " + USUAL_CONTEXT + ".")
    private Integer sequenceLength;

    @Option(names = "--batches", paramLabel = "N", description = "At most so many batches, or questions of --hellaswag. Default: all.")
    private int batches = Integer.MAX_VALUE;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options.positive("--batch", batch);
        Options.positive("--batches", batches);
        Options.positive("--threads", threads);
        long sources = Stream.of(data, text, hellaswag).filter(Objects::nonNull).count();
        if (sources != 1) {
            throw new UserError("expected one of --data GLOB, --text FILE and --hellaswag FILE, found " + sources + " of them");
        }
        StoredModel stored = StoredModel.find(model);
        if (hellaswag != null) {
            answer(stored);
            return 0;
        }
        int T = sequenceLength == null ? Math.min(USUAL_CONTEXT, stored.shape().maxT()) : sequenceLength;
        Options.positive("--seq-len", T);
        if (T > stored.shape().maxT()) {
            throw new UserError(
                "--seq-len must be at most " + stored.shape().maxT() + ", the context of " + stored.file() + ", found " + T);
        }
        if (data != null) {
            measure(stored, "--data", data, T);
        } else {
            measureText(stored, T);
        }
        return 0;
    }

    private void answer(StoredModel stored) {
        List<Example> examples = MultipleChoiceFile.read(hellaswag, stored.shape().V());
        int T = MultipleChoice.longest(examples);
        if (T > stored.shape().maxT()) {
            throw new UserError(
                hellaswag + ": longest example: found " + T + " tokens, expected at most " + stored.shape().maxT() + ", the context of "
                    + stored.file());
        }
        int count = Math.min(batches, examples.size());
        float[] params = stored.weights(Gpt2.activationBytes(stored.shape(), Example.ENDINGS, T, threads, Recompute.BLOCK));
        try (Workers workers = new Workers(threads); CountProgressBar bar = new CountProgressBar("hellaswag", count)) {
            MultipleChoice choice = new MultipleChoice(stored.shape(), T, params, workers);
            int bySum = 0;
            int byMean = 0;
            for (Example example : examples.subList(0, count)) {
                MultipleChoice.Answer answer = choice.answer(example);
                bySum += answer.bySum() == example.label() ? 1 : 0;
                byMean += answer.byMean() == example.label() ? 1 : 0;
                bar.step();
            }
            PrintWriter out = spec.commandLine().getOut();
            out.printf(Locale.ROOT, "hellaswag   %d questions%n", count);
            out.printf(Locale.ROOT, "accuracy    %.4f by mean loss (%d right), %.4f by summed loss (%d right)%n", (double) byMean / count,
                byMean,
                (double) bySum / count, bySum);
            out.flush();
        }
    }

    /** Tokenizes into a shard of its own, so that a text of any length is measured in bounded memory. */
    private void measureText(StoredModel stored, int T) {
        Tokenizer tokenizer = tokenizerName == null ? stored.tokenizer() : stored.tokenizer(tokenizerName);
        try {
            Path directory = Files.createTempDirectory("lockstep-eval");
            Path shard = directory.resolve("text.bin");
            try {
                requireOneBatch(tokenize(tokenizer, shard), T);
                measure(stored, "--text " + text, shard.toString(), T);
            } finally {
                Files.deleteIfExists(shard);
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw FileErrors.translate(text, e);
        }
    }

    /** @return how many tokens the text makes */
    private long tokenize(Tokenizer tokenizer, Path shard) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(text));
            TokenShardWriter writer = TokenShardWriter.create(shard)) {
            writer.write(new int[] {tokenizer.endOfText()}, 0, 1);
            tokenizer.encode(in, writer::write);
            writer.commit();
            return writer.tokens();
        }
    }

    private void requireOneBatch(long tokens, int T) {
        long needed = (long) batch * T + 1;
        if (tokens < needed) {
            throw new UserError(text + ": tokens: found " + tokens + ", expected at least " + needed + " for one batch of --batch " + batch
                + " and --seq-len "
                + T);
        }
    }

    private void measure(StoredModel stored, String option, String pattern, int T) {
        ModelShape shape = stored.shape();
        float[] params = stored.weights(Gpt2.activationBytes(shape, batch, T, threads, Recompute.BLOCK));
        try (Workers workers = new Workers(threads);
            ValidationBatches source = new ValidationBatches(TokenShards.open(option, pattern, shape.V()).shards(), batch, T, batches);
            CountProgressBar bar = new CountProgressBar("eval", source.count())) {
            Gpt2 gpt2 = new Gpt2(shape, batch, T, params, workers, Recompute.BLOCK);
            int[] tokens = new int[batch * T];
            int[] targets = new int[batch * T];
            double sum = 0;
            for (int i = 0; i < source.count(); i++) {
                source.fill(i, tokens, targets);
                sum += gpt2.loss(tokens, targets);
                bar.step();
            }
            print(stored, source.count(), T, sum / source.count());
        }
    }

    private void print(StoredModel stored, int count, int T, double loss) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "model       %s%n", stored.file());
        out.printf(Locale.ROOT, "tokens      %d in %d batches of %d x %d%n", (long) count * batch * T, count, batch, T);
        out.printf(Locale.ROOT, "loss        %.6f nats per token%n", loss);
        out.printf(Locale.ROOT, "perplexity  %.4f%n", StrictMath.exp(loss));
        if (stored.trainedWith().equals(Optional.of("bytes")) || "bytes".equals(tokenizerName)) {
            out.printf(Locale.ROOT, "bits        %.4f per byte%n", loss / StrictMath.log(2));
        }
        out.flush();
    }
}
