package lockstep.common.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Files as people have them: each is read to what its owner means, or refused in words that help. */
@Timeout(120)
class RealCorporaTest {
    private static final CorpusSettings ALL_TRAINING = new CorpusSettings(1_000_000, 0, 1);
    private static final TextReading SKIP = new TextReading("text", TextReading.BadLines.SKIP, Optional.empty());

    @TempDir
    private Path dir;
    private final Tokenizer bytes = Tokenizer.named("bytes");
    private int outputs;

    @Test
    void jsonLinesAreKnownByTheirContentUnderAnyName() throws IOException {
        Path expected = file("a.jsonl", "{\"id\": 1, \"body\": \"A\"}\n{\"id\": 2, \"body\": \"B\"}\n");
        String shards = text(expected, TextReading.ofField("body"));
        assertEquals("|A|B", shards);
        for (String name : List.of("a.json", "a.JSONL", "a.txt", "a", "a.Json", "a.ndjson")) {
            Path copy = dir.resolve("copy").resolve(name);
            Files.createDirectories(copy.getParent());
            Files.copy(expected, copy);
            assertEquals(shards, text(copy, TextReading.ofField("body")), name);
            assertEquals(shards,
                text(gzip(dir.resolve("copy").resolve(name + ".GZ"), Files.readAllBytes(expected)), TextReading.ofField("body")), name);
            assertEquals(shards,
                text(gzip(dir.resolve("copy").resolve(name + "-gz"), Files.readAllBytes(expected)), TextReading.ofField("body")), name);
        }
        CorpusResult c4 = prepare(corpus("json/c4.json.gz"), TextReading.DEFAULTS);
        Path plain = dir.resolve("c4.jsonl");
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(corpus("json/c4.json.gz")))) {
            Files.copy(in, plain);
        }
        assertTrue(c4.train().documents() > 1);
        assertEquals(text(plain, TextReading.DEFAULTS), text(c4));
    }

    @Test
    void textThatBeginsLikeJsonStaysText() throws IOException {
        for (String text : List.of("{{Infobox}} is no JSON\n", "{ int x = 1; }\n", "[1] a footnote\n", "{\"a\": 1} is an object.\n",
            "{}\nprose\n", "[Illustration]\n")) {
            assertEquals("|" + text, text(file("t.txt", text), TextReading.DEFAULTS), text);
        }
    }

    @Test
    void sourcesOfProgramsKeepTheirJsonAsText() throws IOException {
        file("code/package.json", "{\n  \"name\": \"x\"\n}\n");
        file("code/min.json", "{\"name\":\"x\"}");
        file("code/tsconfig.json", "{ // a comment\n}\n");
        file("code/list.json", "[1, 2]\n");
        file("code/main.c", "int main() {}\n");
        file("code/README.md", "# Code\n");
        CorpusResult result = prepare(dir.resolve("code"), TextReading.DEFAULTS);
        assertEquals(6, result.train().documents());
        assertEquals(0, result.skipped().total());
    }

    @Test
    void aDataSetsDirectoryGivesItsDataAlone() throws IOException {
        Path clone = corpus("json/hfclone");
        CorpusResult result = prepare(clone, TextReading.DEFAULTS);
        assertEquals(text(clone.resolve("data/train-00000.jsonl"), TextReading.DEFAULTS), text(result));
        assertEquals(2, result.skipped().about());
        assertEquals("skipped 2 (0 hidden, 0 binary, 0 empty, 0 special, 2 about the data)"
            + ": README.md (tells of the data), dataset_infos.json (tells of the data)", result.warnings().getFirst());
    }

    @Test
    void ofADataSetsSplitsTheOneToTrainOnIsRead() throws IOException {
        file("set/README.md", "---\nlicense: odc-by\nconfigs:\n- config_name: default\n---\n# A data set\n");
        file("set/LICENSE", "license");
        file("set/load.py", "import this");
        file("set/.gitattributes", "*.gz filter=lfs");
        file("set/data/train-00000-of-00001.json", "{\"text\": \"A\"}\n");
        file("set/data/validation-00000-of-00001.json", "{\"text\": \"V\"}\n");
        file("set/test.jsonl", "{\"text\": \"T\"}\n");
        file("set/stats.json", "{\n \"rows\": 3\n}\n");
        CorpusResult result = prepare(dir.resolve("set"), TextReading.DEFAULTS);
        assertEquals("|A", text(result));
        assertEquals(new SkippedFiles(1, 0, 0, 0, 4, 2), result.skipped());
        file("other/README.md", "---\nlicense: mit\n---\n");
        file("other/testimony.txt", "T");
        file("other/latest.txt", "L");
        assertEquals("|L|T", text(dir.resolve("other"), TextReading.DEFAULTS));
    }

    @Test
    void aDataSetOfTablesAloneIsRefusedWithWhatMakesLinesOfThem() throws IOException {
        file("set/README.md", "---\ndataset_info:\n  features: []\n---\n# A data set\n");
        Files.createDirectories(dir.resolve("set/data"));
        Files.copy(corpus("other/data.parquet"), dir.resolve("set/data/train-00000.parquet"));
        String message = refused(dir.resolve("set"));
        assertTrue(message.contains("found no text file"), message);
        assertTrue(message.contains("data/train-00000.parquet (a Parquet table)") && message.contains("read_parquet"), message);
    }

    @Test
    void fieldsThatNobodyAskedForAreNoMatterAndBadLinesMayBeSkipped() throws IOException {
        for (String name : List.of("json/nan.jsonl", "json/dupkey.jsonl")) {
            assertEquals(30, prepare(corpus(name), TextReading.DEFAULTS).train().documents(), name);
        }
        assertTrue(refused(corpus("json/null.jsonl"))
            .endsWith("null.jsonl: line 6 field \"text\": found null, expected a string; --bad-lines skip leaves such lines out"));
        CorpusResult skipped = prepare(corpus("json/null.jsonl"), SKIP);
        assertEquals(29, skipped.train().documents());
        assertTrue(skipped.warnings().getFirst().startsWith("left out 1 bad line; the first: "), skipped.warnings().toString());
        assertTrue(refused(file("all.jsonl", "no\n"), SKIP).contains("holds no document"), "a corpus of bad lines alone");
    }

    @Test
    void jsonLinesWithABrokenByteAreJsonLines() throws IOException {
        byte[] lines = ("{\"text\": \"A?\"}\n" + "{\"text\": \"plain words\"}\n".repeat(100)).getBytes(StandardCharsets.US_ASCII);
        lines[11] = (byte) 0xE9;
        for (String name : List.of("a.txt", "a.jsonl", "dir/a.json")) {
            Path path = file(name, "");
            Files.write(path, lines);
            CorpusResult result = prepare(name.startsWith("dir") ? path.getParent() : path, TextReading.DEFAULTS);
            assertEquals(101, result.train().documents(), name);
            assertTrue(result.warnings().getFirst().startsWith("1 place is no UTF-8 and becomes U+FFFD"), result.warnings().toString());
        }
    }

    @Test
    void jsonThatIsNoLinesIsRefusedWithTheCommandThatMakesThem() throws IOException {
        assertTrue(refused(corpus("json/pretty.jsonl")).contains("is one JSON object over several lines"));
        assertTrue(refused(corpus("json/pretty.jsonl")).contains("jq -c '.' "));
        says("a.json", "[{\"text\": \"A\"},\n{\"text\": \"B\"}]\n", "is one JSON array", "jq -c '.[]' ");
        says("b.txt", "[{\"text\": \"A\"}, {\"text\": \"B\"}]", "is one JSON array", "jq -c '.[]' ");
        says("c.json", "[\"A\", \"B\"]", "is one JSON array", "jq -c '{text: .[]}' ");
        says("d.json", "{\"version\": 1, \"data\": [{\"text\": \"A\"}]}", "is one JSON object without a field \"text\"",
            "jq -c '.data[]' ");
        says("e.json", "{\n\"text\": \"A\"}\n{\n\"text\": \"B\"}\n", "is JSON objects that are not each on a line of its own",
            "jq -c '.' ");
        says("f.json", "{\"text\": \"A\"} {\"text\": \"B\"}\n", "line 1 goes on after its object", "jq -c .");
        says("g.json", "just words\n", "line 1 is no JSON");
        says("dir/pretty.jsonl", "{\n\"text\": \"A\"}\n", "is one JSON object over several lines", "jq -c '.' ");
        assertTrue(refused(dir.resolve("dir")).contains("pretty.jsonl: is one JSON object"));
    }

    @Test
    void zstandardOfOtherProgramsIsReadAndWhatIsCutIsRefused() throws IOException {
        String skip = text(corpus("zst/skip-first.txt.zst"), TextReading.DEFAULTS);
        assertTrue(skip.startsWith("|First Citizen:"), skip);
        String pzstd = text(corpus("zst/pzstd-made.txt.zst"), TextReading.DEFAULTS);
        assertTrue(pzstd.startsWith("|First Citizen:"), pzstd);
        assertTrue(refused(corpus("zst/cut-in-header.txt.zst")).contains("the zstd data end in the middle"));
    }

    @Test
    void aByteOrderMarkIsNoTextInAnyFile() throws IOException {
        byte[] marked = Files.readAllBytes(corpus("text/bom.txt"));
        byte[] bare = Arrays.copyOfRange(marked, 3, marked.length);
        CorpusSettings split = CorpusSettings.DEFAULTS;
        CorpusResult expected = prepare(Files.write(dir.resolve("bare.txt"), bare), TextReading.DEFAULTS, split);
        CorpusResult found = prepare(corpus("text/bom.txt"), TextReading.DEFAULTS, split);
        assertEquals(text(expected), text(found));
        assertEquals(ShardReader.text(expected.validation().shards(), bytes), ShardReader.text(found.validation().shards(), bytes));
        CorpusResult packed = prepare(gzip(dir.resolve("bom.txt.gz"), marked), TextReading.DEFAULTS, split);
        assertEquals(text(expected), text(packed));
        assertEquals(ShardReader.text(expected.validation().shards(), bytes), ShardReader.text(packed.validation().shards(), bytes));
        file("texts/a", "\uFEFFA");
        file("texts/b.jsonl", "\uFEFF{\"text\": \"\\ufeffB\"}\n");
        file("texts/c", "C");
        assertEquals("|A|B|C", text(dir.resolve("texts"), TextReading.DEFAULTS));
    }

    @Test
    void textInAnotherEncodingIsRefusedWithWhatMakesUtf8OfIt() throws IOException {
        assertTrue(refused(corpus("text/latin1.txt")).contains("places that are no UTF-8"));
        assertTrue(refused(corpus("text/latin1.txt")).contains("iconv -f ISO-8859-1 -t UTF-8"));
        assertTrue(refused(corpus("text/utf16en.txt")).contains("is text in UTF-16 (little-endian)"));
        assertTrue(refused(corpus("text/utf16en.txt")).contains("iconv -f UTF-16LE -t UTF-8"));
        Path bare = Files.write(dir.resolve("bare.txt"), "Some words in UTF-16.\n".repeat(9).getBytes(Charset.forName("UTF-16BE")));
        assertTrue(refused(bare).contains("iconv -f UTF-16BE -t UTF-8"));
        Path few = Files.write(dir.resolve("few.txt"),
            ("A pound is \u00A3.\n" + "Plain words.\n".repeat(100)).getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("1 place is no UTF-8 and becomes U+FFFD, in " + few,
            new CorpusWriter(ALL_TRAINING)
                .prepare(CorpusSource.of(few), Tokenizer.named("gpt2"), dir.resolve("few"), "t", ProgressListener.SILENT)
                .warnings().getFirst());
    }

    @Test
    void whatIsNoTextIsRefusedByItsKindWithWhatToDo() throws IOException {
        assertTrue(refused(corpus("other/data.parquet"))
            .contains("is a Parquet table, expected UTF-8 text or JSON lines; make JSON lines of it: python3"));
        assertTrue(refused(corpus("other/paper.pdf"))
            .contains("is a PDF document, expected UTF-8 text or JSON lines; take the text out of it: pdftotext "));
        assertTrue(refused(corpus("other/wiki.txt.bz2"))
            .contains("is bzip2 data, expected UTF-8 text or JSON lines; unpack it first: bzip2 -dk "));
        says("ckpt.pt", "PK\u0003\u0004" + "\0".repeat(100), "is weights or tensors of PyTorch");
        says("p.gz", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a Git LFS pointer", "git lfs pull");
        says("clone/p.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a Git LFS pointer", "git lfs pull");
        file("clone/a.txt", "A");
        assertTrue(refused(dir.resolve("clone")).contains("p.txt: is a Git LFS pointer"));
        says("plain.txt.gz", "plain text", "can't be read as gzip: it begins like no such data");
        byte[] tar = new byte[1_024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        assertTrue(refused(gzip(dir.resolve("books.tar.gz"), tar)).contains("is a tar archive"), "an archive within gzip");
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(twice)) {
            out.write('a');
        }
        assertTrue(refused(gzip(dir.resolve("a.gz.gz"), twice.toByteArray())).contains("compressed more than once"));
    }

    @Test
    void aDirectoryNamesWhatItPassesOver() throws IOException {
        file("texts/a.txt", "A");
        Files.copy(corpus("other/paper.pdf"), dir.resolve("texts/paper.pdf"));
        file("texts/t.csv", "a,b\n1,2\n");
        CorpusResult result = prepare(dir.resolve("texts"), TextReading.DEFAULTS);
        assertEquals(
            List.of("skipped 1 (0 hidden, 1 binary, 0 empty, 0 special): paper.pdf (a PDF document)",
                "read as text, commas and all: t.csv"),
            result.warnings());
    }

    @Test
    void storiesEndWhereTheirDelimiterStands() throws IOException {
        Path stories = corpus("eot/stories.txt");
        CorpusResult whole = prepare(stories, TextReading.DEFAULTS);
        assertEquals(1, whole.train().documents());
        assertEquals(
            "<|endoftext|> stands 29 times in the text and is read as its letters; --delimiter '<|endoftext|>' lets it end a document of a text file",
            whole.warnings().getFirst());
        TextReading byMark = new TextReading("text", TextReading.BadLines.REFUSE, Optional.of("<|endoftext|>"));
        CorpusResult apart = prepare(stories, byMark);
        assertEquals(30, apart.train().documents());
        assertEquals(List.of(), apart.warnings());
        assertFalse(text(apart).contains("<|"));
        assertNotEquals(text(whole), text(apart));
        CorpusResult none = prepare(file("none.txt", "no mark"), byMark);
        assertEquals(List.of("the delimiter stands in no text file"), none.warnings());
        assertEquals(text(apart), text(gzip(dir.resolve("stories.gz"), Files.readAllBytes(stories)), byMark));
    }

    @Test
    void aPipeGivesTheShardsOfTheFileBehindIt() throws Exception {
        Path text = file("a.txt", "Some words, line after line.\n".repeat(20_000));
        CorpusResult expected = prepare(text, TextReading.DEFAULTS, CorpusSettings.DEFAULTS);
        for (Path stored : List.of(text, gzip(dir.resolve("a.gz"), Files.readAllBytes(text)))) {
            Path pipe = dir.resolve("pipe" + outputs);
            assertTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(30, TimeUnit.SECONDS));
            Thread writer = Thread.ofPlatform().daemon().start(() -> {
                try (OutputStream out = Files.newOutputStream(pipe)) {
                    Files.copy(stored, out);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            CorpusResult found = prepare(pipe, TextReading.DEFAULTS, CorpusSettings.DEFAULTS);
            writer.join();
            assertEquals(text(expected), text(found));
            assertEquals(ShardReader.text(expected.validation().shards(), bytes), ShardReader.text(found.validation().shards(), bytes));
            try (var left = Files.list(found.train().shards().getFirst().getParent())) {
                assertEquals(2, left.count(), "the pipe's bytes are gone");
            }
        }
        assertEquals("standard input", new CorpusSource.Pipe(CorpusSource.STANDARD_INPUT, TextReading.DEFAULTS).name());
        assertThrows(UserError.class, () -> CorpusSource.of(Path.of("/dev/null")), "a device is neither file nor pipe");
    }

    private void says(String name, String text, String... parts) throws IOException {
        String message = refused(file(name, text));
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private String refused(Path source) throws IOException {
        return refused(source, TextReading.DEFAULTS);
    }

    private String refused(Path source, TextReading reading) throws IOException {
        String message = "";
        for (String tokenizer : Tokenizer.NAMES) {
            Path out = dir.resolve("refused" + outputs++);
            message = assertThrows(UserError.class,
                () -> new CorpusWriter(ALL_TRAINING, 1).prepare(CorpusSource.of(source, reading), Tokenizer.named(tokenizer), out, "t",
                    ProgressListener.SILENT),
                source.toString()).getMessage();
            assertEquals(1, message.lines().count(), message);
            assertFalse(Files.exists(out.resolve("t_train_000000.bin")));
        }
        return message;
    }

    private CorpusResult prepare(Path source, TextReading reading) {
        return prepare(source, reading, ALL_TRAINING);
    }

    private CorpusResult prepare(Path source, TextReading reading, CorpusSettings settings) {
        return new CorpusWriter(settings, 1).prepare(CorpusSource.of(source, reading), bytes, dir.resolve("out" + outputs++), "t",
            ProgressListener.SILENT);
    }

    private String text(Path source, TextReading reading) throws IOException {
        return text(prepare(source, reading));
    }

    private String text(CorpusResult result) throws IOException {
        return ShardReader.text(result.train().shards(), bytes);
    }

    private static Path gzip(Path path, byte[] plain) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write(plain);
        }
        return path;
    }

    private Path file(String name, String text) throws IOException {
        Path path = dir.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private static Path corpus(String name) {
        try {
            return Path.of(RealCorporaTest.class.getResource("/corpora/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
