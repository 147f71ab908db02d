package lockstep.deploy.dashboard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/** What happened to a run, the newest of it. */
final class EventHistory {
    static final int MAX_EVENTS = 1000;

    private final Deque<JsonNode> events = new ArrayDeque<>();
    private final Members members = new Members();
    private Optional<JsonNode> facts = Optional.empty();
    private Optional<JsonNode> end = Optional.empty();
    private long beganMs;
    private long lastMs;
    private long forgotten;

    void add(JsonNode event) {
        events.add(event);
        take(event);
        if (events.size() > MAX_EVENTS) {
            events.removeFirst();
            forgotten++;
        }
    }

    private void take(JsonNode event) {
        lastMs = Math.max(lastMs, event.path("timeMs").asLong());
        beganMs = beganMs == 0 ? event.path("timeMs").asLong() : beganMs;
        members.take(event);
        switch (event.path("event").asText()) {
            case "began", "leads" -> {
                facts = Optional.of(event);
                end = Optional.empty();
            }
            case "ended" -> end = Optional.of(event);
            default -> {
                // a mark, and no more
            }
        }
    }

    /** The log goes on with this event, as if nothing had come later: forgets what did. */
    void cutTo(JsonNode first) {
        List<JsonNode> earlier = new ArrayList<>(events);
        earlier.removeIf(event -> isNotBefore(event, first));
        events.clear();
        members.clear();
        facts = facts.filter(event -> !isNotBefore(event, first));
        end = Optional.empty();
        lastMs = 0;
        earlier.forEach(this::add);
    }

    private static boolean isNotBefore(JsonNode event, JsonNode first) {
        int step = event.path("step").asInt();
        int from = first.path("step").asInt();
        return step > from || step == from && event.path("timeMs").asLong() >= first.path("timeMs").asLong();
    }

    /** What the newest process to lead has told of the run and of itself. */
    Optional<JsonNode> facts() {
        return facts;
    }

    /** How the run ended, unless it goes on. */
    Optional<JsonNode> end() {
        return end;
    }

    Members members() {
        return members;
    }

    long beganMs() {
        return beganMs;
    }

    long lastMs() {
        return lastMs;
    }

    List<JsonNode> all() {
        return List.copyOf(events);
    }

    /** How many have made room for newer ones. */
    long forgotten() {
        return forgotten;
    }
}
