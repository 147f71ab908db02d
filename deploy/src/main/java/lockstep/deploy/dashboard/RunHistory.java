package lockstep.deploy.dashboard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a page shows of a run, in bounded memory however long it is. Each change gets a version, so that a page which knows the run up to one can be told the rest. Not for several threads.
 */
final class RunHistory {
    static final int MAX_SAMPLES = 6;
    /** Of a line that is kept: one of a generation of a thousand nodes has less. */
    private static final int MAX_LINE = 1 << 17;
    private static final int MAX_SAMPLE = 4_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StepHistory steps = new StepHistory();
    private final EventHistory events = new EventHistory();
    private final LatencyHistory latencies = new LatencyHistory();
    private final Deque<JsonNode> samples = new ArrayDeque<>();
    /** Files that have begun anew, and whose first line is still to come. */
    private final List<String> restarted = new ArrayList<>();
    private long version = 1;
    private long writing = 1;
    private long eventsChanged = 1;
    private long samplesChanged = 1;
    private long latenciesChanged = 1;

    long version() {
        return version;
    }

    /** Takes what is new in several files, as one change. */
    void change(Consumer<RunHistory> news) {
        writing = version + 1;
        news.accept(this);
        version = writing;
    }

    /**
     * Takes what is new in one file, within a {@link #change}.
     *
     * @param node that the file is about, where it is one of a single node
     */
    void take(String file, Optional<String> node, RunTail.Batch batch) {
        if (batch.restarted()) {
            restart(file, node);
        }
        for (String line : batch.lines()) {
            if (node.isPresent()) {
                latencies.ofNode(node.get(), line);
                latenciesChanged = writing;
            } else if (file.equals(RunFileNames.LATENCY)) {
                latencies.merged(line);
                latenciesChanged = writing;
            } else {
                parse(file, line).ifPresent(json -> take(file, json));
            }
        }
    }

    private void restart(String file, Optional<String> node) {
        if (node.isPresent()) {
            latencies.clear(node.get());
        } else if (file.equals(RunFileNames.LATENCY)) {
            latencies.clearMerged();
        } else if (!restarted.contains(file)) {
            restarted.add(file);
        }
        latenciesChanged = writing;
    }

    private void take(String file, JsonNode line) {
        boolean first = restarted.remove(file);
        int step = line.path("step").asInt();
        switch (file) {
            case RunFileNames.METRICS -> {
                if (first) {
                    steps.cutStepsFrom(step, writing);
                }
                steps.step(line, writing);
            }
            case RunFileNames.VALIDATION -> {
                if (first) {
                    steps.cutValidationsFrom(step, writing);
                }
                steps.validation(line, writing);
            }
            case RunFileNames.EVENTS -> {
                if (first) {
                    events.cutTo(line);
                }
                events.add(line);
                eventsChanged = writing;
            }
            case RunFileNames.SAMPLES -> {
                if (first) {
                    samples.removeIf(sample -> sample.path("step").asInt() >= step);
                }
                sample(line);
            }
            default -> throw new IllegalArgumentException("no file of a run: " + file);
        }
    }

    private void sample(JsonNode line) {
        String text = line.path("text").asText();
        ObjectNode sample = JSON.createObjectNode().put("step", line.path("step").asInt()).put("timeMs", line.path("timeMs").asLong());
        samples.addFirst(sample.put("text", text.length() <= MAX_SAMPLE ? text : text.substring(0, MAX_SAMPLE) + " …"));
        if (samples.size() > MAX_SAMPLES) {
            samples.removeLast();
        }
        samplesChanged = writing;
    }

    /** Nothing for a line that is damaged: a page shows the others. */
    private static Optional<JsonNode> parse(String file, String line) {
        if (line.length() > MAX_LINE && !file.equals(RunFileNames.SAMPLES)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readTree(line)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    StepHistory steps() {
        return steps;
    }

    EventHistory events() {
        return events;
    }

    LatencyHistory latencies() {
        return latencies;
    }

    /** What has changed after a version, 0 for all, as JSON that {@code dashboard.js} reads. */
    String since(long seen) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("progress", progress());
        events.facts().ifPresent(facts -> json.put("facts", facts));
        steps.putChanges(json, seen);
        if (eventsChanged > seen) {
            json.put("events", events.all());
            json.put("forgottenEvents", events.forgotten());
        }
        json.put("members", events.members().all().stream().map(this::member).toList());
        if (samplesChanged > seen) {
            json.put("samples", List.copyOf(samples));
        }
        if (latenciesChanged > seen) {
            json.put("latency", latencies.json());
        }
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> progress() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", events.end().isPresent() ? "ended" : steps.last().isPresent() ? "training" : "waiting");
        json.put("step", steps.step());
        json.put("beganMs", events.beganMs());
        json.put("newestMs", Math.max(events.lastMs(), latencies.lastMs()));
        json.put("generation", events.members().generation());
        steps.paceMs().ifPresent(ms -> json.put("paceMs", Digits.few(ms)));
        steps.last().ifPresent(line -> json.put("last", line));
        steps.lastValidation().ifPresent(line -> json.put("lastValidation", line));
        events.end().ifPresent(end -> json.put("end", end));
        return json;
    }

    private Map<String, Object> member(Members.Member member) {
        return Map.of("node", member.name(), "role", member.role(), "groups", member.groups(), "step", member.step(), "state",
            events.members().isJoining(member, steps.step()) ? "takes the state" : member.state(), "computeMs",
            Digits.few(latencies.computeMs(member.name())));
    }
}
