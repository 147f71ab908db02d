package lockstep.deploy.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** Which nodes a run has and had, as its events tell. */
final class Members {
    /** More than a cluster has; of those that have gone the newest are kept. */
    private static final int MAX = 64;

    private final Map<String, Member> byName = new LinkedHashMap<>();
    private long generation;
    private int fromStep;

    /**
     * @param role coordinator, follower or spare
     * @param takesState whether it takes the state of the others in its first step
     * @param state present, left or lost
     * @param step since when
     */
    record Member(String name, String role, boolean takesState, List<Integer> groups, String state, int step) {
        boolean isPresent() {
            return state.equals(PRESENT);
        }
    }

    private static final String PRESENT = "present";

    void take(JsonNode event) {
        String name = event.path("node").asText();
        switch (event.path("event").asText()) {
            case "generation" -> generation(event);
            case "left", "lost" -> byName.computeIfPresent(name, (_, member) -> new Member(name, member.role(), false, List.of(),
                event.path("event").asText(), event.path("step").asInt()));
            default -> {
                // tells nothing of who is there
            }
        }
    }

    private void generation(JsonNode event) {
        generation = event.path("generation").asLong();
        fromStep = event.path("step").asInt();
        Map<String, Member> gone = new LinkedHashMap<>(byName);
        byName.clear();
        for (JsonNode node : event.path("nodes")) {
            String name = node.path("node").asText();
            Member before = gone.remove(name);
            int since = before != null && before.isPresent() ? before.step() : fromStep;
            List<Integer> groups = new ArrayList<>();
            node.path("groups").forEach(group -> groups.add(group.asInt()));
            byName.put(name, new Member(name, node.path("role").asText(), node.path("takesState").asBoolean(), groups, PRESENT, since));
        }
        List<Member> rest = new ArrayList<>(gone.values().stream().filter(member -> !member.isPresent()).toList());
        rest.subList(0, Math.clamp((long) rest.size() + byName.size() - MAX, 0, rest.size())).clear();
        rest.forEach(member -> byName.put(member.name(), member));
    }

    void clear() {
        byName.clear();
        generation = 0;
        fromStep = 0;
    }

    long generation() {
        return generation;
    }

    /** Those of the generation in its order, then those that have gone. */
    List<Member> all() {
        return List.copyOf(byName.values());
    }

    /** Whether a node takes the state now. */
    boolean isJoining(Member member, int stepsDone) {
        return member.isPresent() && member.takesState() && stepsDone <= fromStep;
    }
}
