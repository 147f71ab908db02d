package lockstep.deploy.command;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.exam.WikiText;
import lockstep.common.format.FileErrors;
import lockstep.common.format.TokenShardWriter;
import lockstep.common.model.ModelShape;
import lockstep.common.text.CorpusResult;
import lockstep.common.text.CorpusSettings;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.CorpusWriter;
import lockstep.common.text.ProgressListener;
import lockstep.common.text.Tokenizer;
import lockstep.node.data.TokenShards;
import lockstep.node.data.ValidationBatches;
import lockstep.node.evaluate.WindowLoss;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/** Measures how well a model predicts a text. */
final class EvalTokens {
    private final EvalSetting setting;
    private final WindowOptions windows;
    private final int T;
    private final int stride;

    EvalTokens(EvalSetting setting, WindowOptions windows) {
        this.setting = setting;
        this.windows = windows;
        this.T = windows.T(setting.stored());
        this.stride = windows.stride(T);
    }

    /**
     * What is measured.
     *
     * @param option where the pattern comes from, for errors
     * @param pattern of token shards
     * @param tokenizer that made them, where that is known
     * @param words of the original text, of WikiText
     */
    private record Source(String option, String pattern, Optional<Tokenizer> tokenizer, OptionalLong words) {
        boolean ofBytes() {
            return tokenizer.map(Tokenizer::name).equals(Optional.of("bytes"));
        }
    }

    /** Writes the tokens of a text as shards into a directory. */
    @FunctionalInterface
    private interface Text {
        Written write(Path directory) throws IOException;
    }

    /**
     * What was written.
     *
     * @param warnings one line each
     */
    private record Written(long tokens, List<String> warnings) {}

    /** @param tokenizerName null where the model's own made them */
    void ofShards(String pattern, String tokenizerName) {
        Optional<Tokenizer> tokenizer = Optional.ofNullable(tokenizerName).map(setting.stored()::tokenizer)
            .or(setting.stored()::knownTokenizer);
        measure(new Source("--data", pattern, tokenizer, OptionalLong.empty()));
    }

    /** All documents of a source, in one shard: nothing is kept for validation. */
    void ofText(CorpusSource source, Tokenizer tokenizer) {
        CorpusWriter writer =
            new CorpusWriter(new CorpusSettings(Integer.MAX_VALUE, 0, CorpusSettings.DEFAULT_VAL_BYTES_CAP), setting.threads());
        shards(source.path(), directory -> {
            CorpusResult result = writer.prepare(source, tokenizer, directory, "text", ProgressListener.SILENT);
            return new Written(result.train().tokens(), result.warnings());
        }, tokenizer, "--text " + source.path(), OptionalLong.empty());
    }

    void ofWikiText(Path file, Tokenizer tokenizer) {
        WikiText text = WikiText.read(file);
        if (text.words() == 0) {
            throw new UserError(file + ": found no word, expected WikiText's text");
        }
        shards(file, directory -> new Written(tokenize(text.detokenized(), tokenizer, directory.resolve("text.bin")), List.of()), tokenizer,
            "--wikitext " + file,
            OptionalLong.of(text.words()));
    }

    /** Tokenizes into shards of its own, so that a text of any length is measured in bounded memory. */
    private void shards(Path file, Text text, Tokenizer tokenizer, String option, OptionalLong words) {
        try {
            Path directory = Files.createTempDirectory("lockstep-eval");
            try {
                Written written = text.write(directory);
                requireEnough(file, written.tokens(), words);
                written.warnings().forEach(line -> setting.err().println("lockstep: " + file + ": " + line));
                setting.err().flush();
                measure(new Source(option, directory.resolve("*.bin").toString(), Optional.of(tokenizer), words));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** @return how many tokens the text makes */
    private static long tokenize(String text, Tokenizer tokenizer, Path shard) throws IOException {
        try (TokenShardWriter writer = TokenShardWriter.create(shard)) {
            writer.write(new int[] {tokenizer.endOfText()}, 0, 1);
            tokenizer.encode(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), writer::write);
            writer.commit();
            return writer.tokens();
        }
    }

    private void requireEnough(Path file, long tokens, OptionalLong words) {
        boolean toTheEnd = words.isPresent() || windows.windows();
        long needed = toTheEnd ? 2 : (long) setting.batch() * T + 1;
        if (tokens < needed) {
            throw new UserError(file + ": tokens: found " + tokens + ", expected at least " + needed
                + (toTheEnd ? "" : " for one batch of --batch " + setting.batch() + " and --seq-len " + T));
        }
    }

    private void measure(Source source) {
        ModelShape shape = setting.stored().shape();
        float[] params = setting.stored().weights(Gpt2.activationBytes(shape, setting.batch(), T, setting.threads(), Recompute.BLOCK));
        try (Workers workers = new Workers(setting.threads());
            TokenShards shards = TokenShards.open(source.option(), source.pattern(), shape.V())) {
            Gpt2 gpt2 = new Gpt2(shape, setting.batch(), T, params, workers, Recompute.BLOCK);
            if (windows.windows() || source.words().isPresent()) {
                byWindows(source, gpt2, shards);
            } else {
                byBatches(source, gpt2, shards);
            }
        }
    }

    private void byBatches(Source source, Gpt2 gpt2, TokenShards shards) {
        int B = setting.batch();
        ValidationBatches data = new ValidationBatches(shards.shards(), B, T, setting.batches());
        try (CountProgressBar bar = new CountProgressBar("eval", data.count())) {
            int[] tokens = new int[B * T];
            int[] targets = new int[B * T];
            double sum = 0;
            for (int i = 0; i < data.count(); i++) {
                data.fill(i, tokens, targets);
                sum += gpt2.loss(tokens, targets);
                bar.step();
            }
            String counted = (long) data.count() * B * T + " in " + data.count() + " batches of " + B + " x " + T;
            print(counted, sum / data.count(), source);
        }
    }

    private void byWindows(Source source, Gpt2 gpt2, TokenShards shards) {
        WindowLoss loss =
            new WindowLoss(gpt2::tokenLosses, setting.batch(), T, stride, windows.byDocument() ? endOfText(source) : OptionalInt.empty());
        try (CountProgressBar bar = new CountProgressBar("eval", shards.tokens())) {
            int[] batches = {0};
            WindowLoss.Measured measured = loss.measure(shards.shards(), done -> {
                bar.stepTo(done);
                return ++batches[0] < setting.batches();
            });
            if (measured.tokens() == 0) {
                throw new UserError(source.option() + ": found no token to predict, expected at least two in a document");
            }
            print(measured.tokens() + " in " + measured.windows() + " windows of " + T + ", " + stride + " apart", measured.lossNats(),
                source);
            more(source, measured);
        }
    }

    private OptionalInt endOfText(Source source) {
        Tokenizer tokenizer = source.tokenizer().orElseGet(setting.stored()::tokenizer);
        return OptionalInt.of(tokenizer.endOfText());
    }

    private void print(String tokens, double loss, Source source) {
        if (!Double.isFinite(loss)) {
            throw new UserError(setting.stored().file() + ": loss: found " + loss + " over " + source.option()
                + ", expected a finite number; its training had diverged, so take an older checkpoint or another model");
        }
        PrintWriter out = setting.out();
        out.printf(Locale.ROOT, "model       %s%n", setting.stored().file());
        out.printf(Locale.ROOT, "tokens      %s%n", tokens);
        out.printf(Locale.ROOT, "loss        %.6f nats per token%n", loss);
        out.printf(Locale.ROOT, "perplexity  %.4f%n", StrictMath.exp(loss));
        if (source.ofBytes()) {
            out.printf(Locale.ROOT, "bits        %.4f per byte%n", loss / StrictMath.log(2));
        }
        out.flush();
    }

    private void more(Source source, WindowLoss.Measured measured) {
        PrintWriter out = setting.out();
        if (windows.byDocument()) {
            double mean = measured.sumOfMeansNats() / measured.documents();
            out.printf(Locale.ROOT, "documents   %d, mean of their losses %.6f nats per token, perplexity %.4f%n", measured.documents(),
                mean,
                StrictMath.exp(mean));
        }
        if (source.words().isPresent()) {
            long words = source.words().getAsLong();
            out.printf(Locale.ROOT, "words       %d, perplexity of a word %.4f%n", words, StrictMath.exp(measured.sumNats() / words));
        }
        out.flush();
    }
}
