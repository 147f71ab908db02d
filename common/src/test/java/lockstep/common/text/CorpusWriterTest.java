package lockstep.common.text;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.NamesOfBytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CorpusWriterTest {
    @TempDir
    private Path dir;
    private final Tokenizer bytes = Tokenizer.named("bytes");
    private Path texts;
    private Path out;

    @BeforeEach
    void makePaths() {
        texts = dir.resolve("texts");
        out = dir.resolve("out");
    }

    @Test
    void aSingleFileKeepsItsLastTenthForValidationFromALineStart() throws IOException {
        String text = "0123456\n".repeat(100);
        CorpusResult result = prepare(CorpusSource.of(file("a.txt", text)), CorpusSettings.DEFAULTS);
        assertEquals("|" + "0123456\n".repeat(91), text(result.train()));
        assertEquals("|" + "0123456\n".repeat(9), text(result.validation()));
        assertEquals(List.of(out.resolve("t_train_000000.bin")), result.train().shards());
        assertEquals(List.of(out.resolve("t_val_000000.bin")), result.validation().shards());
        assertEquals(new CorpusSplit(result.validation().shards(), 73, 72, 1, 72), result.validation());
        assertEquals(728, result.train().bytes());
        assertEquals(729, result.train().tokens());
    }

    @Test
    void aSingleFileWithoutNewlinesIsCutBetweenCharacters() throws IOException {
        String text = "\u20AC".repeat(101);
        CorpusResult result = prepare(CorpusSource.of(file("a.txt", text)), CorpusSettings.DEFAULTS);
        assertEquals("|" + "\u20AC".repeat(91), text(result.train()));
        assertEquals("|" + "\u20AC".repeat(10), text(result.validation()));
    }

    @Test
    void validationOfASingleFileIsCapped() throws IOException {
        CorpusResult result = prepare(CorpusSource.of(file("a.txt", "x".repeat(1_000))), new CorpusSettings(1_000_000, 0.1, 30));
        assertEquals(30, result.validation().bytes());
        assertEquals(970, result.train().bytes());
    }

    @Test
    void withoutAValidationFractionAllIsTraining() throws IOException {
        CorpusResult result = prepare(CorpusSource.of(file("a.txt", "text")), new CorpusSettings(1_000_000, 0, 1));
        assertEquals("|text", text(result.train()));
        assertEquals(new CorpusSplit(List.of(), 0, 0, 0, 0), result.validation());
    }

    @Test
    void aDirectoryGivesItsTextsInNameOrderAndEveryTenthIsValidation() throws IOException {
        StringBuilder train = new StringBuilder();
        StringBuilder validation = new StringBuilder();
        for (int i = 1; i <= 25; i++) {
            String name = String.format("%02d", i);
            file((i % 2 == 0 ? "sub/" : "SUB/") + name, name);
        }
        List<String> order = new ArrayList<>();
        for (int start = 1; start <= 2; start++) {
            for (int i = start; i <= 25; i += 2) {
                order.add(String.format("%02d", i));
            }
        }
        for (int i = 0; i < order.size(); i++) {
            (i % 10 == 9 ? validation : train).append('|').append(order.get(i));
        }
        CorpusResult result = prepare(CorpusSource.of(texts), CorpusSettings.DEFAULTS);
        assertEquals(train.toString(), text(result.train()));
        assertEquals(validation.toString(), text(result.validation()));
        assertEquals(23, result.train().documents());
        assertEquals(2, result.validation().documents());
    }

    @Test
    void ofFewDocumentsTheLastIsValidation() throws IOException {
        file("a", "A");
        file("b", "B");
        file("c", "C");
        CorpusResult result = prepare(CorpusSource.of(texts), CorpusSettings.DEFAULTS);
        assertEquals("|A|B", text(result.train()));
        assertEquals("|C", text(result.validation()));
    }

    @Test
    void validationTakesNoFurtherDocumentOnceItHoldsTheCap() throws IOException {
        for (int i = 0; i < 8; i++) {
            file("d" + i, "" + i);
        }
        CorpusResult result = prepare(CorpusSource.of(texts), new CorpusSettings(1_000_000, 0.5, 2));
        assertEquals("|1|3", text(result.validation()));
        assertEquals("|0|2|4|5|6|7", text(result.train()));
    }

    @Test
    void whatIsNoTextIsSkippedAndCounted() throws IOException {
        file("good.txt", "good");
        file(".hidden", "no");
        file(".git/config", "no");
        file("empty", "");
        file("nul.bin", "a\0b");
        Files.write(texts.resolve("latin1"), new byte[] {'a', (byte) 0xE9, 'b'});
        Files.createSymbolicLink(texts.resolve("loop"), texts);
        Files.createSymbolicLink(texts.resolve("broken"), texts.resolve("nowhere"));
        CorpusResult result = prepare(CorpusSource.of(texts), new CorpusSettings(1_000_000, 0, 1));
        assertEquals("|good", text(result.train()));
        assertEquals(new SkippedFiles(2, 2, 1, 2), result.skipped());
        assertEquals("7 (2 hidden, 2 binary, 1 empty, 2 special)", result.skipped().toString());
    }

    @Test
    void textsWhoseNamesReadAlikeAreRefusedSinceTheDiskWouldOrderThem() throws Exception {
        Files.createDirectories(texts.resolve("a"));
        NamesOfBytes.create(texts.resolve("a"), "\\351.txt", "\\352.txt");
        refused(CorpusSource.of(texts), "a/\ufffd.txt: two files have this name when their bytes are read as UTF-8");
    }

    @Test
    void aCharacterAcrossTheFirstKilobyteDoesNotMakeATextBinary() throws IOException {
        file("a", "x".repeat(1023) + "\u20AC");
        file("b", "b");
        CorpusResult result = prepare(CorpusSource.of(texts), CorpusSettings.DEFAULTS);
        assertEquals(0, result.skipped().total());
        assertEquals(1026, result.train().bytes());
    }

    @Test
    void aZipFileGivesTheEntriesOfThePrefixInNameOrder() throws IOException {
        Path zip = zip("java/b", "B", "java/a", "A", "other/c", "C", "java/.d", "D", "java/e", "\0");
        CorpusResult result = prepare(new CorpusSource.ZipEntries(zip, "java/"), new CorpusSettings(1_000_000, 0, 1));
        assertEquals("|A|B", text(result.train()));
        assertEquals(new SkippedFiles(1, 1, 0, 0), result.skipped());
    }

    @Test
    void shardsAreFullButTheLastAndTogetherHoldTheTokensOfTheText() throws IOException {
        String text = GoldenStrings.variedText(1, 200_000).replace("\0", "");
        Tokenizer gpt2 = Tokenizer.named("gpt2");
        CorpusResult result = new CorpusWriter(new CorpusSettings(10_000, 0, 1)).prepare(CorpusSource.of(file("a", text)), gpt2, out, "t",
            ProgressListener.SILENT);
        List<Path> shards = result.train().shards();
        assertEquals(out.resolve("t_train_000001.bin"), shards.get(1));
        for (Path shard : shards.subList(0, shards.size() - 1)) {
            assertEquals(1024 + 2 * 10_000, Files.size(shard));
        }
        int[] tokens = ShardReader.tokens(shards);
        assertEquals(result.train().tokens(), tokens.length);
        assertEquals(gpt2.endOfText(), tokens[0]);
        int[] expected = gpt2.encode(text);
        assertArrayEquals(expected, java.util.Arrays.copyOfRange(tokens, 1, tokens.length));
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, result.train().bytes());
    }

    @Test
    void aTextThatFillsItsShardExactlyLeavesNoEmptyShard() throws IOException {
        CorpusResult result = prepare(CorpusSource.of(file("a", "12345")), new CorpusSettings(3, 0, 1));
        assertEquals(2, result.train().shards().size());
        assertEquals("|12345", text(result.train()));
    }

    @Test
    void progressRisesToTheBytesOfAllText() throws IOException {
        List<Long> done = new ArrayList<>();
        file("a", "x".repeat(200_000));
        file("b", "y".repeat(100_000));
        new CorpusWriter(CorpusSettings.DEFAULTS).prepare(CorpusSource.of(texts), bytes, out, "t", (doneBytes, totalBytes) -> {
            assertEquals(300_000, totalBytes);
            done.add(doneBytes);
        });
        assertEquals(done.stream().sorted().toList(), done);
        assertEquals(0, done.getFirst());
        assertEquals(300_000, done.getLast());
        assertTrue(done.size() > 4);
    }

    @Test
    void theSameTextGivesTheSameShards() throws IOException {
        file("a", "one");
        file("b", "two");
        CorpusResult first = prepare(CorpusSource.of(texts), CorpusSettings.DEFAULTS);
        CorpusResult second = new CorpusWriter(CorpusSettings.DEFAULTS).prepare(CorpusSource.of(texts), bytes, dir.resolve("again"), "t",
            ProgressListener.SILENT);
        assertEquals(-1, Files.mismatch(first.train().shards().getFirst(), second.train().shards().getFirst()));
        assertEquals(-1, Files.mismatch(first.validation().shards().getFirst(), second.validation().shards().getFirst()));
    }

    @Test
    void anyNumberOfThreadsGivesTheSameShards() throws IOException {
        for (int i = 0; i < 300; i++) {
            file("short/" + i, GoldenStrings.variedText(i, 40 + 7 * i).replace("\0", ""));
        }
        file("long", GoldenStrings.variedText(7, 300_000).replace("\0", ""));
        CorpusSettings settings = new CorpusSettings(20_000, 0.1, 1 << 16);
        Tokenizer gpt2 = new Gpt2Tokenizer(64, 256);
        CorpusResult one = new CorpusWriter(settings, 1).prepare(CorpusSource.of(texts), gpt2, out, "t", ProgressListener.SILENT);
        assertTrue(one.train().shards().size() > 5);
        for (int threads : new int[] {2, 5}) {
            CorpusResult many = new CorpusWriter(settings, threads).prepare(CorpusSource.of(texts), gpt2, dir.resolve("out" + threads), "t",
                ProgressListener.SILENT);
            same(one.train(), many.train());
            same(one.validation(), many.validation());
        }
        refusedThreads(0);
    }

    @Test
    void anExistingShardIsNotOverwrittenNorJoined() throws IOException {
        Files.createDirectories(out);
        Path old = Files.writeString(out.resolve("t_train_000007.bin"), "old");
        refused(CorpusSource.of(file("a", "text")), old + ": exists already");
        assertEquals(List.of("t_train_000007.bin"), names(out));
    }

    @Test
    void shardsOfAnotherNameAreNoHindrance() throws IOException {
        Files.createDirectories(out);
        Files.writeString(out.resolve("tt_train_000000.bin"), "other");
        prepare(CorpusSource.of(file("a", "some text")), new CorpusSettings(1_000, 0, 1));
        assertEquals(List.of("t_train_000000.bin", "tt_train_000000.bin"), names(out));
    }

    @Test
    void aFailureOnTheWayLeavesNothingBehind() throws IOException {
        file("a", "text");
        file("b", "text");
        assertThrows(UncheckedIOException.class,
            () -> new CorpusWriter(new CorpusSettings(2, 0.1, 1)).prepare(CorpusSource.of(texts), bytes, out, "t",
                (doneBytes, totalBytes) -> {
                    if (doneBytes == totalBytes) {
                        throw new UncheckedIOException(new IOException("stop"));
                    }
                }));
        assertEquals(List.of(), names(out));
    }

    @Test
    void anInterruptionLeavesNothingBehindAndSaysSo() throws IOException {
        file("a", "text ".repeat(100_000));
        file("b", "text");
        String message = assertThrows(UserError.class,
            () -> new CorpusWriter(CorpusSettings.DEFAULTS).prepare(CorpusSource.of(texts), bytes, out, "t", (doneBytes, totalBytes) -> {
                if (doneBytes > 0) {
                    Thread.currentThread().interrupt();
                }
            })).getMessage();
        assertTrue(Thread.interrupted());
        assertEquals("interrupted; nothing was written to " + out, message);
        assertEquals(List.of(), names(out));
    }

    @Test
    void whatADeadProcessLeftBehindIsRemovedAndOthersAreLeft() throws IOException {
        Path dead = Files.createDirectories(out.resolve(".tmp-t-4194999999-1"));
        Files.writeString(dead.resolve("t_train_000000.bin"), "half");
        Path living = Files.createDirectories(out.resolve(".tmp-t-" + ProcessHandle.current().pid() + "-1"));
        prepare(CorpusSource.of(file("a", "text")), new CorpusSettings(1_000, 0, 1));
        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(living));
    }

    @Test
    void inputThatIsMissingEmptyOrNoTextIsRefusedInOneLine() throws IOException {
        Path missing = dir.resolve("missing");
        assertEquals(missing + ": no such file or directory; expected plain text or JSON lines, as they are or as .gz or .zst",
            assertThrows(UserError.class, () -> CorpusSource.of(missing)).getMessage());
        refused(CorpusSource.of(file("empty", "")), "the file is empty");
        refused(CorpusSource.of(file("nul", "a\0")), "found 1 NUL byte in 2 bytes, expected at most one in 1000 bytes");
        refused(CorpusSource.of(texts), "found no text file; expected at least one; skipped 2 (0 hidden, 1 binary, 1 empty, 0 special)");
        refused(new CorpusSource.ZipEntries(zip("a", "A"), "java/"), "found no text file");
        refused(new CorpusSource.ZipEntries(file("no.zip", "no zip"), ""), "not a readable ZIP file");
        assertFalse(Files.exists(out));
    }

    @Test
    void anOutputDirectoryThatCannotBeIsRefusedInOneLine() throws IOException {
        Path source = file("a", "text");
        out = file("plain", "file");
        refused(CorpusSource.of(source), out + ": is a file");
        out = out.resolve("below");
        refused(CorpusSource.of(source), out.getParent().toString());
    }

    @Test
    void settingsOutOfRangeAreRefusedWithTheirValue() {
        assertEquals("validation fraction must be in 0..0.5, found 0.6",
            assertThrows(UserError.class, () -> new CorpusSettings(1, 0.6, 1)).getMessage());
        assertThrows(UserError.class, () -> new CorpusSettings(1, Double.NaN, 1));
        assertThrows(UserError.class, () -> new CorpusSettings(0, 0.1, 1));
        assertThrows(UserError.class, () -> new CorpusSettings(1L << 31, 0.1, 1));
    }

    @Test
    void aNameThatIsNoFileNameIsRefused() throws IOException {
        CorpusSource source = CorpusSource.of(file("a", "text"));
        for (String name : new String[] {"", "../x", ".x", "-x", "a b"}) {
            assertThrows(UserError.class,
                () -> new CorpusWriter(CorpusSettings.DEFAULTS).prepare(source, bytes, out, name, ProgressListener.SILENT), name);
        }
    }

    private CorpusResult prepare(CorpusSource source, CorpusSettings settings) {
        return new CorpusWriter(settings).prepare(source, bytes, out, "t", ProgressListener.SILENT);
    }

    private void refused(CorpusSource source, String expected) {
        String message = assertThrows(UserError.class, () -> prepare(source, CorpusSettings.DEFAULTS)).getMessage();
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static void refusedThreads(int threads) {
        assertEquals("threads that encode text must be > 0, found " + threads,
            assertThrows(UserError.class, () -> new CorpusWriter(CorpusSettings.DEFAULTS, threads)).getMessage());
    }

    private static void same(CorpusSplit expected, CorpusSplit found) throws IOException {
        assertEquals(expected.shards().size(), found.shards().size());
        for (int i = 0; i < expected.shards().size(); i++) {
            assertEquals(-1, Files.mismatch(expected.shards().get(i), found.shards().get(i)));
        }
        assertEquals(expected.tokens(), found.tokens());
        assertEquals(expected.bytes(), found.bytes());
    }

    private String text(CorpusSplit split) throws IOException {
        return ShardReader.text(split.shards(), bytes);
    }

    private Path file(String name, String text) throws IOException {
        Path path = texts.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private Path zip(String... namesAndTexts) throws IOException {
        Path path = Files.createTempFile(dir, "z", ".zip");
        try (OutputStream file = Files.newOutputStream(path); ZipOutputStream zip = new ZipOutputStream(file)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return path;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> stream = Files.list(directory)) {
            return stream.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
