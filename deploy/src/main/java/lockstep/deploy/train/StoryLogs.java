package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The two files of a {@link RunStory}: {@code events.jsonl}, a line an event by the number of steps done, and {@code samples.jsonl}, a line a sample text. */
final class StoryLogs implements AutoCloseable {
    private final StepLog events;
    private final StepLog samples;

    /** @param step steps done: later lines are cut off, and samples of the boundary after it, which the loop crosses again */
    StoryLogs(Path runDir, int step) {
        this.events = StepLog.open(runDir.resolve("events.jsonl"), RunLogs.JSON_LINE, step);
        this.samples = StepLog.open(runDir.resolve("samples.jsonl"), RunLogs.JSON_LINE, step - 1L);
    }

    /** Whether there is no event of an earlier process. */
    boolean isNew() {
        return events.lastStep().isEmpty();
    }

    void event(int step, long timeMs, String what, Map<String, Object> fields) {
        Map<String, Object> line = line(step, timeMs);
        line.put("event", what);
        line.putAll(fields);
        events.line(RunLogs.json(line));
    }

    void sample(int step, long timeMs, String text) {
        Map<String, Object> line = line(step, timeMs);
        line.put("text", text);
        samples.line(RunLogs.json(line));
    }

    private static Map<String, Object> line(int step, long timeMs) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("timeMs", timeMs);
        return line;
    }

    void force() {
        events.force();
        samples.force();
    }

    @Override
    public void close() {
        events.close();
        samples.close();
    }
}
