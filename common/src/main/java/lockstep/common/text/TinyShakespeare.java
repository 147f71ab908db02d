package lockstep.common.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import lockstep.common.UserError;
import lockstep.common.format.TokenShardWriter;

/**
 * The tiny-shakespeare shards, by the rule of llm.c's {@code dev/data/tinyshakespeare.py}: the text is split after every blank line, each
 * section is a document, and
 * the first {@value #VAL_TOKENS} GPT-2 tokens are validation. With GPT-2's tokenizer the files are llm.c's byte for byte; with another one
 * validation is the same
 * stretch of text, so that nats per byte can be compared.
 */
public final class TinyShakespeare {
    private static final int VAL_TOKENS = 32_768;
    private static final long LARGEST_BYTES = 64 << 20;
    private static final String BLANK_LINE = "\n\n";

    private TinyShakespeare() {}

    /** Training, validation. */
    private static List<Path> targets(Path outDir, Tokenizer tokenizer) {
        String name = isGpt2(tokenizer) ? "tiny_shakespeare" : "tiny_shakespeare_" + tokenizer.name();
        return List.of(outDir.resolve(name + "_train.bin"), outDir.resolve(name + "_val.bin"));
    }

    /** @throws UserError when one of the shards is there already */
    public static void requireAbsent(Path outDir, Tokenizer tokenizer) {
        targets(outDir, tokenizer).forEach(StagedDirectory::requireAbsent);
    }

    /** @throws UserError when a target is there already, or the text is too short or can't be read */
    public static CorpusResult prepare(Path text, Tokenizer tokenizer, Path outDir) {
        List<Path> targets = targets(outDir, tokenizer);
        requireAbsent(outDir, tokenizer);
        return Preparation.run(text, outDir, () -> {
            try (StagedDirectory staged = StagedDirectory.create(outDir, "tiny_shakespeare")) {
                String whole = read(text);
                int[] tokens = encodeSections(whole, tokenizer);
                int valTokens = isGpt2(tokenizer) ? VAL_TOKENS : validationTokens(whole, tokens, tokenizer, text);
                requireMoreThan(valTokens, tokens, text);
                Path train = write(staged.path().resolve(targets.get(0).getFileName()), tokens, valTokens, tokens.length);
                Path validation = write(staged.path().resolve(targets.get(1).getFileName()), tokens, 0, valTokens);
                return staged.publish(split(train, tokens, valTokens, tokens.length, tokenizer),
                    split(validation, tokens, 0, valTokens, tokenizer));
            }
        });
    }

    private static boolean isGpt2(Tokenizer tokenizer) {
        return tokenizer.name().equals(Gpt2Tokenizer.NAME);
    }

    private static String read(Path text) throws IOException {
        long bytes = Files.size(text);
        if (bytes > LARGEST_BYTES) {
            throw new UserError(text + ": " + bytes + " bytes, expected tiny-shakespeare with no more than " + LARGEST_BYTES);
        }
        return new String(Files.readAllBytes(text), StandardCharsets.UTF_8);
    }

    /** llm.c meant to drop the blank lines; it keeps them, at the end of the section before. */
    private static int[] encodeSections(String whole, Tokenizer tokenizer) {
        String[] sections = whole.split(BLANK_LINE, -1);
        IntStream.Builder tokens = IntStream.builder();
        for (int i = 0; i < sections.length; i++) {
            tokens.add(tokenizer.endOfText());
            String section = i < sections.length - 1 ? sections[i] + BLANK_LINE : sections[i];
            for (int token : tokenizer.encode(section)) {
                tokens.add(token);
            }
        }
        return tokens.build().toArray();
    }

    /** How many of these tokens hold the text of GPT-2's first {@value #VAL_TOKENS}. */
    private static int validationTokens(String whole, int[] tokens, Tokenizer tokenizer, Path text) {
        Tokenizer gpt2 = Gpt2Tokenizer.create();
        int[] reference = encodeSections(whole, gpt2);
        requireMoreThan(VAL_TOKENS, reference, text);
        long valBytes = textBytes(reference, 0, VAL_TOKENS, gpt2);
        long bytes = 0;
        int at = 0;
        while (bytes < valBytes) {
            bytes += textBytes(tokens, at, at + 1, tokenizer);
            at++;
        }
        return at;
    }

    private static void requireMoreThan(int valTokens, int[] tokens, Path text) {
        if (tokens.length <= valTokens) {
            throw new UserError(
                text + ": " + tokens.length + " tokens, expected more than the " + valTokens + " that are kept for validation");
        }
    }

    private static long textBytes(int[] tokens, int from, int to, Tokenizer tokenizer) {
        long[] bytes = {0};
        for (int i = from; i < to; i++) {
            if (tokens[i] != tokenizer.endOfText()) {
                tokenizer.decode(tokens[i], (array, offset, count) -> bytes[0] += count);
            }
        }
        return bytes[0];
    }

    private static Path write(Path target, int[] tokens, int from, int to) throws IOException {
        try (TokenShardWriter writer = TokenShardWriter.create(target)) {
            writer.write(tokens, from, to - from);
            writer.commit();
        }
        return target;
    }

    private static CorpusSplit split(Path shard, int[] tokens, int from, int to, Tokenizer tokenizer) {
        long documents = 0;
        long bytes = 0;
        long longestBytes = 0;
        int at = from;
        while (at < to) {
            int end = at + 1;
            while (end < to && tokens[end] != tokenizer.endOfText()) {
                end++;
            }
            documents += tokens[at] == tokenizer.endOfText() ? 1 : 0;
            long length = textBytes(tokens, at, end, tokenizer);
            bytes += length;
            longestBytes = Math.max(longestBytes, length);
            at = end;
        }
        return new CorpusSplit(List.of(shard), to - from, bytes, documents, longestBytes);
    }
}
