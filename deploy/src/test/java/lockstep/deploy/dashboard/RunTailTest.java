package lockstep.deploy.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.format.FileSlice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunTailTest {
    @TempDir
    private Path dir;
    private Path file;
    private final RunTail tail = new RunTail(RunFileNames.METRICS);

    @BeforeEach
    void name() {
        file = dir.resolve(RunFileNames.METRICS);
    }

    private RunTail.Batch read() throws IOException {
        return tail.read(new LocalRunFiles(dir));
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void whole_lines_come_once_and_half_ones_when_they_are_whole() throws IOException {
        assertTrue(read().isEmpty(), "there is no file yet");
        append("one\ntw");
        assertEquals(List.of("one"), read().lines());
        assertTrue(read().isEmpty());
        append("o\n\nthree ü\n");
        assertEquals(List.of("two", "", "three ü"), read().lines());
        assertTrue(read().isEmpty());
    }

    @Test
    void a_large_file_comes_in_pieces_and_no_line_is_torn() throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; text.length() < 3 * FileSlice.MAX_BYTES; i++) {
            expected.add("line " + i);
            text.append("line ").append(i).append('\n');
        }
        append(text.toString());
        List<String> lines = new ArrayList<>();
        int pieces = 0;
        for (boolean more = true; more; pieces++) {
            RunTail.Batch batch = read();
            lines.addAll(batch.lines());
            more = batch.more();
        }
        assertEquals(expected, lines);
        assertTrue(pieces >= 4, pieces + " pieces");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"{\"step\":1}\n", "{\"step\":1}\n{\"step\":2}\n{\"step\":3,\"other\":0}\n{\"step\":4}\n{\"step\":5}\n{\"step\":6}\n"})
    void a_file_that_begins_anew_is_read_from_its_start_whether_it_is_shorter_or_longer(String other) throws IOException {
        append("{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"step\":4}\n");
        assertEquals(4, read().lines().size());
        Files.writeString(file, other);
        RunTail.Batch batch = read();
        assertTrue(batch.restarted() && batch.more() && batch.lines().isEmpty(), batch.toString());
        assertEquals(other.lines().toList(), read().lines());
        assertFalse(read().restarted());
    }

    @Test
    void a_file_that_goes_away_begins_anew_once() throws IOException {
        append("one\n");
        read();
        Files.delete(file);
        assertTrue(read().restarted());
        assertFalse(read().restarted());
        append("two\n");
        assertEquals(List.of("two"), read().lines());
    }

    @Test
    void a_line_without_end_takes_no_memory() throws IOException {
        append("short\n" + "x".repeat(3 << 20) + "\nlast\n");
        List<String> lines = new ArrayList<>();
        for (boolean more = true; more;) {
            RunTail.Batch batch = read();
            lines.addAll(batch.lines());
            more = batch.more();
        }
        assertEquals(List.of("short", "last"), lines);
    }

    @Test
    void other_files_of_the_directory_are_not_read() {
        for (String name : List.of("cluster.secret", "config.json", "../metrics.jsonl", "latency-../x.hlog", "latency-.hlog",
            "latency-a/b.hlog",
            "latency-" + "a".repeat(81) + ".hlog", "", "metrics.jsonl\n")) {
            assertFalse(RunFileNames.isOne(name), name);
            assertThrows(IllegalArgumentException.class, () -> new LocalRunFiles(dir).read(name, 0, 1));
        }
        for (String name : List.of("metrics.jsonl", "latency.hlog", "latency-127.0.0.1-5701.hlog", "latency-node-1.hlog",
            "latency-[--1]-5701.hlog")) {
            assertTrue(RunFileNames.isOne(name), name);
        }
    }
}
