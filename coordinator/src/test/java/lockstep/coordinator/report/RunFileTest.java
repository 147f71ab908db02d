package lockstep.coordinator.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.FileSlice;
import lockstep.coordinator.Cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A node reads the logs of another one's directory, and nothing else that is there. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RunFileTest {
    @TempDir
    private Path dir;
    private Cluster cluster;
    private RunFileClient client;
    private volatile Optional<Path> leads = Optional.empty();

    @BeforeEach
    void serve() throws IOException {
        Files.writeString(dir.resolve("metrics.jsonl"), "0123456789");
        Files.writeString(dir.resolve("cluster.secret"), "not for you");
        cluster = Cluster.of(2);
        leads = Optional.of(dir);
        RunFileServer.serve(cluster.get(1), name -> name.endsWith(".jsonl"), () -> leads);
        client = new RunFileClient(cluster.get(0));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Optional<FileSlice> read(String name, long offset, int maxBytes) throws IOException {
        return client.read(cluster.peer(1), name, offset, maxBytes);
    }

    @Test
    void a_piece_of_a_file_comes_with_the_size_of_the_whole() throws IOException {
        FileSlice slice = read("metrics.jsonl", 3, 4).orElseThrow();
        assertEquals(10, slice.fileBytes());
        assertArrayEquals("3456".getBytes(java.nio.charset.StandardCharsets.US_ASCII), slice.bytes());
        assertEquals(7, read("metrics.jsonl", 3, FileSlice.MAX_BYTES).orElseThrow().bytes().length);
        assertEquals(0, read("metrics.jsonl", 1_000, 1).orElseThrow().bytes().length, "behind its end is nothing");
        assertEquals(Optional.empty(), read("events.jsonl", 0, 1));
    }

    @Test
    void a_large_file_comes_in_pieces_of_a_bounded_size() throws IOException {
        Files.write(dir.resolve("samples.jsonl"), new byte[FileSlice.MAX_BYTES + 1]);
        assertEquals(FileSlice.MAX_BYTES, read("samples.jsonl", 0, FileSlice.MAX_BYTES).orElseThrow().bytes().length);
        assertRefused("samples.jsonl", 0, FileSlice.MAX_BYTES + 1);
    }

    @Test
    void what_is_not_on_the_list_is_refused() {
        assertRefused("cluster.secret", 0, 10);
        assertRefused("../" + dir.getFileName() + "/cluster.secret", 0, 10);
        assertRefused("", 0, 10);
        assertRefused("metrics.jsonl", -1, 10);
        assertRefused("metrics.jsonl", 0, 0);
        assertRefused("metrics.jsonl", 0, -1);
        assertRefused("metrics.jsonl", 0, Integer.MAX_VALUE);
    }

    @Test
    void who_does_not_lead_says_so() {
        leads = Optional.empty();
        String why = assertThrows(IOException.class, () -> read("metrics.jsonl", 0, 1)).getMessage();
        assertTrue(why.contains("doesn't lead"), why);
    }

    private void assertRefused(String name, long offset, int maxBytes) {
        String why = assertThrows(IOException.class, () -> read(name, offset, maxBytes)).getMessage();
        assertTrue(why.contains("no piece of a log"), why);
    }
}
