package lockstep.common.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import io.airlift.compress.zstd.ZstdOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How a text is stored doesn't show in its shards. */
class StoredTextsTest {
    private static final CorpusSettings SETTINGS = new CorpusSettings(50_000, 0.1, 1 << 16);

    @TempDir
    private Path dir;
    private final Tokenizer bytes = Tokenizer.named("bytes");
    private int outputs;

    @Test
    void aCompressedTextGivesTheShardsOfThePlainOne() throws IOException {
        String text = GoldenStrings.variedText(3, 200_000).replace("\0", "");
        CorpusResult plain = prepare(write("a.txt", text), "text");
        for (String name : List.of("a.txt.gz", "a.txt.zst")) {
            CorpusResult stored = prepare(write(name, text), "text");
            same(plain, stored, name);
            assertEquals(plain.validation().bytes(), stored.validation().bytes());
        }
    }

    @Test
    void jsonLinesAreDocumentsOfWhichEveryTenthIsValidation() throws IOException {
        StringBuilder lines = new StringBuilder();
        StringBuilder train = new StringBuilder();
        StringBuilder validation = new StringBuilder();
        for (int i = 1; i <= 25; i++) {
            lines.append("{\"id\": ").append(i).append(", \"body\": \"d").append(i).append("\"}\n");
            (i % 10 == 0 ? validation : train).append("|d").append(i);
        }
        CorpusResult plain = prepare(write("a.jsonl", lines.toString()), "body");
        assertEquals(train.toString(), ShardReader.text(plain.train().shards(), bytes));
        assertEquals(validation.toString(), ShardReader.text(plain.validation().shards(), bytes));
        assertEquals(23, plain.train().documents());
        assertEquals(3, plain.train().longestBytes());
        same(plain, prepare(write("a.jsonl.gz", lines.toString()), "body"), "gz");
        same(plain, prepare(write("a.ndjson.zst", lines.toString()), "body"), "zst");
    }

    @Test
    void ofFewLinesTheLastIsValidationAndASingleOneIsCut() throws IOException {
        CorpusResult few = prepare(write("a.jsonl", "{\"text\":\"A\"}\n{\"text\":\"B\"}\n\n"), "text");
        assertEquals("|A", ShardReader.text(few.train().shards(), bytes));
        assertEquals("|B", ShardReader.text(few.validation().shards(), bytes));
        CorpusResult one = prepare(write("b.jsonl", "{\"text\":\"0123456789\"}"), "text");
        assertEquals("|012345678", ShardReader.text(one.train().shards(), bytes));
        assertEquals("|9", ShardReader.text(one.validation().shards(), bytes));
    }

    @Test
    void aDirectoryMixesAllOfThemInNameOrder() throws IOException {
        Path texts = Files.createDirectories(dir.resolve("texts"));
        write("texts/b.txt.gz", "B");
        write("texts/a.jsonl.zst", "{\"text\":\"A1\"}\n{\"text\":\"A2\"}\n");
        write("texts/d.jsonl", "{\"text\":\"D\"}");
        write("texts/c", "C");
        write("texts/blank.jsonl", "\n\n");
        Files.write(texts.resolve("e.gz"), Files.readAllBytes(write("x.gz", "")));
        CorpusResult result =
            new CorpusWriter(new CorpusSettings(50_000, 0, 1)).prepare(CorpusSource.of(texts), bytes, dir.resolve("o"), "t",
                ProgressListener.SILENT);
        assertEquals("|A1|A2|B|C|D", ShardReader.text(result.train().shards(), bytes));
        assertEquals(new SkippedFiles(0, 0, 1, 0), result.skipped());
    }

    @Test
    void progressIsByStoredBytesAndEndsWithAll() throws IOException {
        long[] last = new long[2];
        Path text = write("a.txt.gz", "Some words.\n".repeat(100_000));
        new CorpusWriter(SETTINGS).prepare(CorpusSource.of(text), bytes, dir.resolve("o"), "t", (done, total) -> {
            assertTrue(done >= last[0] && done <= total);
            last[0] = done;
            last[1] = total;
        });
        assertEquals(3 * Files.size(text), last[0]);
        assertEquals(3 * Files.size(text), last[1]);
    }

    @Test
    void brokenFilesAreNamedAndLeaveNothingBehind() throws IOException {
        byte[] whole = Files.readAllBytes(write("a.txt.gz", "Some words.\n".repeat(100_000)));
        Path cut = Files.write(dir.resolve("cut.gz"), java.util.Arrays.copyOf(whole, whole.length - 3));
        Path lines = write("b.jsonl.zst", "{\"text\":\"A\"}\nno\n");
        Path blank = write("c.jsonl", "\n");
        refused(cut, cut + ": the gzip data end in the middle");
        refused(lines, lines + ": line 2 is no JSON");
        refused(blank, blank + ": holds no document");
    }

    private void refused(Path source, String start) throws IOException {
        Path out = dir.resolve("refused");
        String message = assertThrows(UserError.class,
            () -> new CorpusWriter(SETTINGS).prepare(CorpusSource.of(source), bytes, out, "t", ProgressListener.SILENT)).getMessage();
        assertTrue(message.startsWith(start), message);
        assertFalse(Files.exists(out.resolve("t_train_000000.bin")));
    }

    private CorpusResult prepare(Path source, String field) {
        return new CorpusWriter(SETTINGS, 2).prepare(CorpusSource.of(source, field), bytes, dir.resolve("out" + outputs++), "t",
            ProgressListener.SILENT);
    }

    private static void same(CorpusResult expected, CorpusResult found, String name) throws IOException {
        assertEquals(expected.train().shards().size(), found.train().shards().size());
        for (int i = 0; i < expected.train().shards().size(); i++) {
            assertEquals(-1, Files.mismatch(expected.train().shards().get(i), found.train().shards().get(i)), name);
        }
        assertEquals(-1, Files.mismatch(expected.validation().shards().getFirst(), found.validation().shards().getFirst()), name);
    }

    private Path write(String name, String text) throws IOException {
        Path path = dir.resolve(name);
        try (OutputStream file = Files.newOutputStream(path);
            OutputStream out =
                name.endsWith(".gz") ? new GZIPOutputStream(file) : name.endsWith(".zst") ? new ZstdOutputStream(file) : file) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return path;
    }
}
