package lockstep.common.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.compress.Compression;
import lockstep.common.filekind.FileKind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Commands and counts in messages are such as one can type and read. */
@Timeout(120)
class AdviceTest {
    private static final ShellInput FILE = ShellInput.of(Path.of("my books/a.x"), Compression.NONE);
    private static final ShellInput PACKED = ShellInput.of(Path.of("a.x.gz"), Compression.GZIP);
    private static final ShellInput PIPE = new ShellInput.Pipe();

    @TempDir
    private Path dir;
    private Corpora corpora;

    @BeforeEach
    void corpora() {
        corpora = new Corpora(dir);
    }

    @Test
    void aCommandFitsAFileWithBlanksInItsNameAPackedFileAndAPipe() {
        fits(FileKind.UTF_16LE, "iconv -f UTF-16LE -t UTF-8 'my books/a.x' > NEW.txt",
            "gzip -dc a.x.gz | iconv -f UTF-16LE -t UTF-8 > NEW.txt",
            "put iconv -f UTF-16LE -t UTF-8 before lockstep in the pipe");
        fits(FileKind.PDF, "pdftotext 'my books/a.x' NEW.txt", "gzip -dc a.x.gz > FILE && pdftotext FILE NEW.txt",
            "keep what comes through the pipe in a FILE, then pdftotext FILE NEW.txt");
        fits(FileKind.BZIP2, "bzip2 -dc 'my books/a.x' > NEW.txt", "gzip -dc a.x.gz | bzip2 -dc > NEW.txt",
            "put bzip2 -dc before lockstep in the pipe");
        fits(FileKind.TAR, "tar -xf 'my books/a.x' -C DIR", "tar -xf a.x.gz -C DIR",
            "put tar -xf - -C DIR in the place of lockstep in the pipe");
        fits(FileKind.ZIP, "unzip 'my books/a.x' -d DIR", "gzip -dc a.x.gz > FILE && unzip FILE -d DIR", "then unzip FILE -d DIR");
        fits(FileKind.GIT_ANNEX_POINTER, "git annex get 'my books/a.x'", "git annex get FILE", "git annex get FILE");
        assertEquals("unpack it first: bzip2 -dk 'it'\\''s.bz2'",
            NotText.advice(ShellInput.of(Path.of("it's.bz2"), Compression.NONE), FileKind.BZIP2));
    }

    private static void fits(FileKind kind, String file, String packed, String pipe) {
        assertTrue(NotText.advice(FILE, kind).endsWith(": " + file), NotText.advice(FILE, kind));
        assertTrue(NotText.advice(PACKED, kind).endsWith(packed), NotText.advice(PACKED, kind));
        assertTrue(NotText.advice(PIPE, kind).endsWith(pipe), NotText.advice(PIPE, kind));
    }

    @Test
    void theCommandOfARefusalNamesTheFileAsAShellFindsIt() throws IOException {
        Path pretty = corpora.file("my texts/a b.json", "[{\"text\": \"A\"},\n{\"text\": \"B\"}]\n");
        assertTrue(corpora.refused(pretty).contains("jq -c '.[]' '" + pretty + "' > LINES.jsonl"), corpora.refused(pretty));
        Path packed = corpora.gzip("c.json.gz", "[{\"text\": \"A\"}]".getBytes(StandardCharsets.US_ASCII));
        assertTrue(corpora.refused(packed).contains("gzip -dc " + packed + " | jq -c '.[]' > LINES.jsonl"), corpora.refused(packed));
        corpora.file("my docs/p q.pdf", "%PDF-1.4\n");
        assertTrue(corpora.refused(corpora.path("my docs")).endsWith("pdftotext '" + corpora.path("my docs/p q.pdf") + "' NEW.txt"));
    }

    @Test
    void aFileOfPrettyJsonOrOfLinesIsReadAsTextWhereThatIsAsked() throws IOException {
        TextReading asText = TextReading.DEFAULTS.withJsonAsText();
        String pretty = "{\n  \"text\": \"A\"\n}\n";
        String lines = "{\"text\": \"A\"}\n{\"text\": \"B\"}\n";
        for (String name : List.of("a.json", "a.jsonl", "a.txt")) {
            for (String text : List.of(pretty, lines, "[1, 2]", "no JSON")) {
                Path file = corpora.file(name, text);
                assertEquals("|" + text, corpora.text(corpora.prepare(CorpusSource.of(file, asText))), name);
            }
            Path file = corpora.file("b" + name, pretty.repeat(2));
            assertTrue(corpora.refused(file).endsWith("; or read all of it as text: --json-as text"), corpora.refused(file));
        }
        corpora.file("tree/a.json", pretty);
        corpora.file("tree/b.jsonl", lines);
        assertEquals("|" + pretty + "|" + lines, corpora.text(corpora.prepare(CorpusSource.of(corpora.path("tree"), asText))));
        assertEquals("--json-as: found yaml, expected lines or text",
            assertThrows(UserError.class, () -> TextReading.Json.named("--json-as", "yaml")).getMessage());
    }

    @Test
    void namesThatAreNoUtf8AreRefusedWithTheCommandThatMendsThem() {
        String message = assertThrows(UserError.class,
            () -> lockstep.common.format.FileNames.requireDistinct(List.of("a", "\uFFFD", "\uFFFD"), name -> name)).getMessage();
        assertTrue(message.endsWith("convmv -r -f ISO-8859-1 -t UTF-8 --notest DIR"), message);
    }

    @Test
    void nulCharactersThatJsonEscapesAreCounted() throws IOException {
        Path lines =
            corpora.file("a.jsonl", "{\"text\": \"A\\u0000B\"}\n{\"text\": \"\\u0000\"}\n{\"text\": \"C\", \"other\": \"\\u0000\"}\n");
        assertEquals(List.of("2 NUL bytes, which the tokenizer bytes takes for ends of documents, in " + lines),
            corpora.prepare(lines).warnings());
    }

    @Test
    void brokenBytesStayAsTheyAreInATextAndBecomeAnotherCharacterInJson() throws IOException {
        byte[] line = ("{\"text\": \"?" + "x".repeat(2_000) + "\"}\n").getBytes(StandardCharsets.US_ASCII);
        line[10] = (byte) 0xE9;
        byte[] text = "x".repeat(4_000).getBytes(StandardCharsets.US_ASCII);
        text[5] = (byte) 0xE9;
        text[2_005] = (byte) 0xE9;
        corpora.file("both/a.jsonl", line);
        corpora.file("both/b.txt", text);
        CorpusResult result = corpora.prepare(corpora.path("both"));
        assertEquals(List.of("2 places are no UTF-8 and stay as they are, in b.txt", "1 place is no UTF-8 and becomes U+FFFD, in a.jsonl"),
            result.warnings());
        assertEquals(2_003 + 4_000, result.train().bytes(), "the bytes of U+FFFD, and the byte as it is");
    }

    @Test
    void aDelimiterIsAdvisedForTextFilesAlone() throws IOException {
        Path lines = corpora.file("a/a.jsonl", "{\"text\": \"A<|endoftext|>B\"}\n");
        assertEquals(List.of("<|endoftext|> stands 1 time in the text and is read as its letters"), corpora.prepare(lines).warnings());
        corpora.file("a/b.txt", "C");
        assertFalse(corpora.prepare(corpora.path("a")).warnings().getFirst().contains("--delimiter"));
        corpora.file("a/c.txt", "D<|endoftext|>E");
        assertEquals(
            List.of("<|endoftext|> stands 2 times in the text and is read as its letters; --delimiter '<|endoftext|>' lets it end a"
                + " document of a text file"),
            corpora.prepare(corpora.path("a")).warnings());
    }

    @Test
    void aDelimiterOfLineBreaksThatAFileOfWindowsLacksIsExplained() throws IOException {
        Path text = corpora.file("w.txt", "A\r\n\r\nB\r\n");
        CorpusResult result = corpora.prepare(CorpusSource.of(text, delimited("\n\n")));
        assertEquals(List.of("the delimiter stands in no text file; where a file has the line ends of Windows, each \\n of it is \\r\\n"),
            result.warnings());
        CorpusResult split = corpora.prepare(CorpusSource.of(text, delimited("\r\n\r\n")));
        assertEquals(List.of(), split.warnings());
        assertEquals("|A|B\r\n", corpora.text(split));
    }

    private static TextReading delimited(String delimiter) {
        return new TextReading("text", TextReading.BadLines.REFUSE, Optional.of(delimiter));
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() {
        Path text = corpora.path("secret.txt");
        StoredText.Opener opener = () -> {
            throw new AccessDeniedException(text.toString());
        };
        String message = assertThrows(UserError.class, () -> Preparation.run(dir, corpora.path("out"), () -> {
            StoredText.listed("secret.txt", 1, opener, new CorpusNotes());
            throw new AssertionError("it was read");
        })).getMessage();
        assertEquals("preparing " + dir + " into " + corpora.path("out") + " failed: " + text + ": permission denied", message);
    }

    @Test
    void aFileWithoutAByteIsEmptyWhateverItsNameSays() throws IOException {
        for (String name : List.of("a.gz", "a.zst", "a.json", "a.jsonl")) {
            assertTrue(corpora.refused(corpora.file("empty/" + name, "")).endsWith(name + ": the file is empty; expected text"), name);
        }
        corpora.file("empty/b.txt", "B");
        CorpusResult result = corpora.prepare(corpora.path("empty"));
        assertEquals("|B", corpora.text(result));
        assertEquals(new SkippedFiles(0, 0, 4, 0), result.skipped());
    }
}
