package lockstep.common.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which files of a directory are read, and which are left out and named. */
@Timeout(120)
class LeftOutFilesTest {
    private static final String LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    private static final String ADVICE = "git lfs pull";

    @TempDir
    private Path dir;
    private Corpora corpora;

    @BeforeEach
    void corpora() {
        corpora = new Corpora(dir);
    }

    @Test
    void aFileThatIsInAnotherEncodingBehindItsFirstKilobyteIsLeftOutAndNamed() throws IOException {
        byte[] latin = ("x".repeat(300_000) + "\u00e9t\u00e9 ".repeat(50_000)).getBytes(StandardCharsets.ISO_8859_1);
        for (String kind : List.of("plain", "packed", "lines", "delimited")) {
            corpora.file(kind + "/a.txt", "A");
            corpora.file(kind + "/c.txt", "C");
        }
        corpora.file("plain/b.txt", latin);
        corpora.gzip("packed/b.txt.gz", latin);
        String line = "{\"text\": \"" + "x".repeat(2_000) + "\u00e9".repeat(9) + "\"}\n";
        corpora.file("lines/b.jsonl", line.repeat(200).getBytes(StandardCharsets.ISO_8859_1));
        corpora.file("delimited/b.txt", latin);
        for (String kind : List.of("plain", "packed", "lines", "delimited")) {
            CorpusResult result = corpora.prepare(corpora.path(kind));
            assertEquals("|A|C", corpora.text(result), kind);
            assertEquals(new SkippedFiles(0, 1, 0, 0), result.skipped(), kind);
            assertEquals(1, result.warnings().size(), result.warnings().toString());
            assertTrue(
                result.warnings().getFirst().matches("skipped 1 \\(0 hidden, 1 binary, 0 empty, 0 special\\): b\\S* \\(\\d+ places that are"
                    + " no UTF-8 in \\d+ bytes\\)"),
                result.warnings().toString());
        }
    }

    @Test
    void aDirectoryOfSuchFilesAloneIsRefusedWithTheWayToMendThem() throws IOException {
        corpora.file("latin/a.txt", ("x".repeat(2_000) + "\u00e9".repeat(100)).getBytes(StandardCharsets.ISO_8859_1));
        String message = corpora.refused(corpora.path("latin"));
        assertTrue(message.contains("places that are no UTF-8 in 2100 bytes)") && message.contains("iconv -f ISO-8859-1 -t UTF-8"),
            message);
    }

    @Test
    void oneBrokenByteOrNulByteInTheFirstKilobyteDoesNotDropAFile() throws IOException {
        byte[] text = "x".repeat(3_000).getBytes(StandardCharsets.US_ASCII);
        text[10] = (byte) 0xE9;
        text[20] = 0;
        corpora.file("a/t.txt", text);
        CorpusResult result = corpora.prepare(corpora.path("a"));
        assertEquals(3_000, result.train().bytes());
        assertEquals(List.of("1 place is no UTF-8 and stays as it is, in t.txt",
            "1 NUL byte, which the tokenizer bytes takes for the end of a document, in t.txt"), result.warnings());
        assertEquals(3_000, corpora.prepare(corpora.path("a/t.txt")).train().bytes());
        assertEquals(3_000, corpora.prepare(new CorpusSource.Directory(corpora.path("a"), TextReading.DEFAULTS)).train().bytes());
    }

    @Test
    void filesThatAreLeftOutAreNamedWithTheirReasonsUpToABound() throws IOException {
        corpora.file("a/good.txt", "good");
        corpora.file("a/latin.txt", "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        corpora.file("a/nul.dat", "\0");
        corpora.file("a/empty", "");
        corpora.file("a/wrong.gz", "plain");
        for (int i = 10; i < 25; i++) {
            corpora.file("a/p" + i + ".png", "\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        Files.createSymbolicLink(corpora.path("a/gone"), Path.of("nowhere"));
        Files.createSymbolicLink(corpora.path("a/loop"), corpora.path("a"));
        String warning = corpora.prepare(corpora.path("a")).warnings().getFirst();
        for (String part : List.of("latin.txt (1 place that is no UTF-8 in 4 bytes)", "nul.dat (1 NUL byte in 1 byte)", "empty (empty)",
            "wrong.gz (not compressed as its name says)", "p10.png (a PNG image)", "p19.png (a PNG image) and 5 more",
            "gone (a link to a file that isn't there)", "loop (a link to a directory, which is not followed)")) {
            assertTrue(warning.contains(part), part + " in " + warning);
        }
        assertTrue(warning.indexOf("latin.txt") < warning.indexOf("p10.png"), warning);
    }

    @Test
    void oneFileOfJsonLinesDoesNotMakeAllJsonOfATreeOfSourcesLines() throws IOException {
        corpora.file("tree/main.ts", "let x = 1;\n");
        corpora.file("tree/tsconfig.json", "{ // a comment\n  \"x\": 1,\n}\n");
        corpora.file("tree/package.json", "{\n  \"name\": \"x\"\n}\n");
        corpora.file("tree/test/x.jsonl", "{\"text\": \"A\"}\n{\"text\": \"B\"}\n");
        CorpusResult result = corpora.prepare(corpora.path("tree"));
        assertEquals("|let x = 1;\n|{\n  \"name\": \"x\"\n}\n|A|B|{ // a comment\n  \"x\": 1,\n}\n", corpora.text(result));
        assertEquals(List.of("read as text, braces and all, since they hold no JSON lines: package.json, tsconfig.json"),
            result.warnings());
        Files.delete(corpora.path("tree/main.ts"));
        corpora.file("tree/README.md", "# A set\n");
        CorpusResult lines = corpora.prepare(corpora.path("tree"));
        assertEquals("|# A set\n|A|B", corpora.text(lines));
        assertEquals(2, lines.skipped().about());
        assertTrue(
            lines.warnings().getFirst().contains("package.json (one JSON object over several lines), tsconfig.json (no JSON, though"),
            lines.warnings().toString());
    }

    @Test
    void aBrokenFirstLineOfJsonLinesIsNamedWhateverTheFilesName() throws IOException {
        corpora.file("set/a.jsonl", "{\"text\": \"A\"}\n");
        corpora.file("set/b.json", "{\"text\": \"cut\n" + "{\"text\": \"B\"}\n".repeat(3));
        assertTrue(corpora.refused(corpora.path("set")).startsWith("b.json: line 1 is no JSON"));
    }

    @Test
    void dataOfADataSetMayBeCalledLikeALicenseAndWhatTellsOfItIsNamed() throws IOException {
        corpora.file("set/README.md", "---\nlicense: mit\n---\n");
        corpora.file("set/README.zh-CN.md", "# \n");
        corpora.file("set/LICENSE", "license");
        corpora.file("set/license-plates.jsonl", "{\"text\": \"A\"}\n");
        corpora.file("set/changelog-entries.txt", "B");
        corpora.file("set/notice.json", "{\"text\": \"C\"}\n{\"text\": \"D\"}\n");
        corpora.file("set/load.py", "import this");
        corpora.file("set/data/test-0.txt", "T");
        corpora.file("set/data/train-0.txt", "E");
        CorpusResult result = corpora.prepare(corpora.path("set"));
        assertEquals("|B|E|A|C|D", corpora.text(result));
        assertEquals(
            "skipped 5 (0 hidden, 0 binary, 0 empty, 0 special, 4 about the data, 1 of validation or test): LICENSE (tells of the data),"
                + " README.md (tells of the data), README.zh-CN.md (tells of the data), load.py (tells of the data); data/test-0.txt (of validation"
                + " or test)",
            result.warnings().getFirst());
    }

    @Test
    void aCardThatNamesNoMoreThanALanguageOrTagsIsOne() throws IOException {
        for (String line : new String[] {"language: en", "language:\n- de", "tags:\n- poems"}) {
            corpora.file("card/README.md", "---\n" + line + "\n---\n# Poems\n");
            corpora.file("card/train.jsonl", "{\"text\": \"A\"}\n");
            corpora.file("card/eval.jsonl", "{\"text\": \"E\"}\n");
            assertEquals("|A", corpora.text(corpora.prepare(corpora.path("card"))), line);
        }
    }

    @Test
    void aDataSetOfPagesIsReadWithoutItsCard() throws IOException {
        corpora.file("set/README.md", "---\nlicense: mit\n---\n");
        corpora.file("set/pages/a.md", "A");
        corpora.file("set/pages/b.md", "B");
        CorpusResult result = corpora.prepare(corpora.path("set"));
        assertEquals("|A|B", corpora.text(result));
        assertEquals(1, result.skipped().about());
    }

    @Test
    void aPointerEndsACorpusOnlyWhereItStandsForAText() throws IOException {
        corpora.file("set/README.md", "---\nlicense: mit\n---\n");
        corpora.file("set/data/train-0.jsonl", "{\"text\": \"A\"}\n");
        corpora.file("set/data/test-0.jsonl.gz", LFS);
        corpora.file("set/assets/logo.png", LFS);
        corpora.file("set/model.safetensors", LFS);
        CorpusResult result = corpora.prepare(corpora.path("set"));
        assertEquals("|A", corpora.text(result));
        assertTrue(
            result.warnings().getFirst().contains("assets/logo.png (a Git LFS pointer, a few lines in the place of the file itself)"),
            result.warnings().toString());
        for (String name : List.of("train-1.jsonl", "train-1.jsonl.zst", "train-1", "train-1.TXT")) {
            Path pointer = corpora.file("set/data/" + name, LFS);
            String message = corpora.refused(corpora.path("set"));
            assertTrue(message.startsWith("data/" + name + ": is a Git LFS pointer") && message.endsWith(ADVICE), message);
            Files.delete(pointer);
        }
        corpora.file("parquet/README.md", "---\nlicense: mit\n---\n");
        corpora.file("parquet/data/train-0.parquet", LFS);
        String tables = corpora.refused(corpora.path("parquet"));
        assertTrue(tables.contains("data/train-0.parquet (a Git LFS pointer") && tables.endsWith(ADVICE), tables);
    }

    @Test
    void aLinkOfGitAnnexToWhatIsNotThereIsNamedWithTheCommandThatFetchesIt() throws IOException {
        Path target = Path.of("../.git/annex/objects/Xx/9Q/SHA256E-s5--0.txt/SHA256E-s5--0.txt");
        corpora.file("set/a.txt", "A");
        Files.createSymbolicLink(corpora.path("set/logo.png"), target);
        CorpusResult result = corpora.prepare(corpora.path("set"));
        assertEquals("|A", corpora.text(result));
        assertTrue(result.warnings().getFirst().contains("logo.png (a git-annex pointer"), result.warnings().toString());
        Path link = Files.createSymbolicLink(corpora.path("set/my book.txt"), target);
        for (String message : List.of(corpora.refused(corpora.path("set")), refusedFile(link))) {
            assertTrue(message.contains("my book.txt: is a git-annex pointer") && message.endsWith("git annex get '" + link + "'"),
                message);
        }
        Files.delete(link);
        Files.createDirectories(corpora.path(".git/annex/objects/Xx/9Q/SHA256E-s5--0.txt"));
        Files.writeString(corpora.path("set").resolve(target), "B");
        Files.createSymbolicLink(corpora.path("set/b.txt"), target);
        assertFalse(Files.isDirectory(corpora.path("set/b.txt")));
        assertEquals("|A|B|B", corpora.text(corpora.path("set")), "fetched, it is a file like any other");
    }

    private static String refusedFile(Path file) {
        return org.junit.jupiter.api.Assertions.assertThrows(lockstep.common.UserError.class, () -> CorpusSource.of(file)).getMessage();
    }
}
