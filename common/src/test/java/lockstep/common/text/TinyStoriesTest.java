package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.archive.TarBlocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Against Python and tiktoken: {@code tinystories/make_tinystories.py} says how the archive and the shards were made. */
@Timeout(60)
class TinyStoriesTest {
    private static final int FILES = 4;

    @TempDir
    private Path dir;
    private final Tokenizer gpt2 = Tokenizer.named("gpt2");
    private final Tokenizer bytes = Tokenizer.named("bytes");

    @AfterEach
    void nothingIsLeftOfAnyPreparation() throws IOException {
        try (Stream<Path> files = Files.list(Files.createDirectories(out()))) {
            assertEquals(List.of(), files.filter(file -> !file.toString().endsWith(".bin")).toList());
        }
    }

    @Test
    void theShardsAreThoseOfLlmcsProcedureForAnyNumberOfThreads() throws IOException {
        Path archive = golden("TinyStories_all_data.tar.gz");
        for (int threads : new int[] {1, 3}) {
            Path target = out().resolve("../out" + threads).normalize();
            long[] last = new long[2];
            CorpusResult result = new TinyStories(FILES, threads).prepare(archive, gpt2, target, (done, total) -> {
                assertTrue(done >= last[0] && done <= total);
                last[0] = done;
                last[1] = total;
            });
            for (String name : List.of("TinyStories_train.bin", "TinyStories_val.bin")) {
                assertEquals(-1, Files.mismatch(golden(name), target.resolve(name)), name);
            }
            assertEquals(List.of(target.resolve("TinyStories_train.bin")), result.train().shards());
            assertEquals(74, result.train().documents());
            assertEquals(17, result.validation().documents());
            assertEquals(Files.size(archive), last[0]);
            assertEquals(Files.size(archive), last[1]);
        }
    }

    @Test
    void bytesAreTheSameStories() throws IOException {
        CorpusResult ofGpt2 = prepare(golden("TinyStories_all_data.tar.gz"), gpt2);
        CorpusResult ofBytes = prepare(golden("TinyStories_all_data.tar.gz"), bytes);
        assertEquals(out().resolve("TinyStories_bytes_val.bin"), ofBytes.validation().shards().getFirst());
        assertEquals(ShardReader.text(ofGpt2.train().shards(), gpt2), ShardReader.text(ofBytes.train().shards(), bytes));
        assertEquals(ofGpt2.train().bytes(), ofBytes.train().bytes());
        assertEquals(ofGpt2.train().longestBytes(), ofBytes.train().longestBytes());
    }

    @Test
    void anArchiveThatLacksOrRepeatsAFileIsRefused() throws IOException {
        assertTrue(refused(archive("data00.json", "data02.json", "data03.json")).endsWith(
            ": files: found no data01.json, expected data00.json to data03.json"));
        assertTrue(refused(archive("data01.json", "data01.json")).endsWith(": data01.json: found it twice, expected it once"));
        assertTrue(refused(archive("data00.json", "./data00.json")).endsWith(": ./data00.json: found it twice, expected it once"));
        assertTrue(refused(archive("data04.json")).endsWith(": data04.json: expected data00.json to data03.json alone"));
        assertTrue(refused(archive("more/data00.json", "data0.json", "README")).contains("found no data00.json"));
        assertTrue(refused(archive("../data00.json")).contains("name: found \"../data00.json\""));
    }

    @Test
    void aBrokenArchiveIsNamedAndLeavesNothingBehind() throws IOException {
        byte[] whole = Files.readAllBytes(golden("TinyStories_all_data.tar.gz"));
        Path archive = dir.resolve("broken.tar.gz");
        for (int length : new int[] {0, 5, whole.length / 2, whole.length - 1}) {
            Files.write(archive, Arrays.copyOf(whole, length));
            assertTrue(refused(archive).startsWith(archive + ": the gzip data end in the middle"), "length " + length);
        }
        whole[whole.length - 5] ^= 1;
        assertTrue(refused(Files.write(archive, whole)).contains("expected whole data;"));
    }

    @Test
    void moreStoriesThanTheirPlacesAreHeldForAreRefused() throws IOException {
        Path spilled = dir.resolve("spilled");
        try (StoryReader stories = new StoryReader(
            new ByteArrayInputStream(("[" + "{\"story\":\"A\"},".repeat(3_000) + "{\"story\":\"B\"}]").getBytes(StandardCharsets.UTF_8)),
            "f")) {
            String message = assertThrows(UserError.class, () -> StoryFile.of(stories, spilled, "f", 3_000)).getMessage();
            assertEquals("f: stories: found more than 3000, which is the most", message);
        }
    }

    @Test
    void aShardThatIsThereIsRefused() throws IOException {
        Files.writeString(Files.createDirectories(out()).resolve("TinyStories_val.bin"), "mine");
        assertTrue(refused(golden("TinyStories_all_data.tar.gz")).startsWith(out().resolve("TinyStories_val.bin") + ": exists already"));
        assertEquals("mine", Files.readString(out().resolve("TinyStories_val.bin")));
    }

    @Test
    void anInterruptIsSaid() throws IOException {
        Path archive = golden("TinyStories_all_data.tar.gz");
        Thread.currentThread().interrupt();
        try {
            assertEquals("interrupted; nothing was written to " + out(), refused(archive));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    private Path archive(String... names) throws IOException {
        TarBlocks blocks = new TarBlocks();
        for (String name : names) {
            blocks.file(name, "[{\"story\":\"A\"}]".getBytes(StandardCharsets.UTF_8));
        }
        Path archive = dir.resolve("archive.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            out.write(blocks.end());
        }
        return archive;
    }

    private Path out() {
        return dir.resolve("out");
    }

    private CorpusResult prepare(Path archive, Tokenizer tokenizer) {
        return new TinyStories(FILES, 2).prepare(archive, tokenizer, out(), ProgressListener.SILENT);
    }

    private String refused(Path archive) {
        return assertThrows(UserError.class, () -> prepare(archive, gpt2)).getMessage();
    }

    private static Path golden(String name) {
        try {
            return Path.of(TinyStoriesTest.class.getResource("/tinystories/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
