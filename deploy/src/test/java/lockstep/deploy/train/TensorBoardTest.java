package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.tensorboard.EventReader;
import lockstep.deploy.tensorboard.EventReader.Event;
import lockstep.deploy.tensorboard.EventReader.Kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** TensorBoard's files of real runs, through the command line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TensorBoardTest {
    @TempDir
    private Path dir;

    @Test
    void aRunAndItsContinuationLeaveAFileEach() throws IOException {
        Path run = dir.resolve("run");
        TinyRun.Result trained =
            TinyRun.train(TinyRun.text(dir), run, "--steps", "12", "--stop-after", "7", "--val-every", "5", "--sample-every", "5");
        assertEquals(0, trained.exitCode(), trained.err());
        assertEquals(0, TinyRun.resume(run, "--stop-after", "12").exitCode());
        List<Event> first = EventReader.read(files(run).get(0));
        List<Event> second = EventReader.read(files(run).get(1));
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), steps(first, "loss"));
        assertEquals(List.of(8L, 9L, 10L, 11L, 12L), steps(second, "loss"));
        assertEquals(8, second.get(1).step());
        assertEquals(Kind.START, second.get(1).kind());
        assertEquals(List.of(0L, 5L), steps(first, "valLoss"));
        assertEquals(List.of(5L), steps(first, "sample"));
        for (String layer : List.of("wte", "wpe", "h0", "lnf")) {
            assertEquals(7, steps(first, "updateRatio/" + layer).size(), layer);
            assertEquals(7, steps(first, "gradNorm/" + layer).size(), layer);
        }
    }

    @Test
    void whoWantsNoneGetsNone() throws IOException {
        Path run = dir.resolve("run");
        assertEquals(0, TinyRun.train(TinyRun.text(dir), run, "--steps", "2", "--tensorboard", "false").exitCode());
        assertFalse(Files.exists(run.resolve("tensorboard")));
        assertTrue(Files.exists(run.resolve("metrics.jsonl")));
    }

    private static List<Path> files(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("tensorboard"))) {
            return files.sorted().toList();
        }
    }

    private static List<Long> steps(List<Event> events, String tag) {
        return events.stream().filter(event -> event.tag().equals(tag)).map(Event::step).toList();
    }
}
