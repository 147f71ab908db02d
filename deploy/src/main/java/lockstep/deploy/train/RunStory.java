package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import lockstep.common.replica.Membership;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/**
 * What happens to a run beside its steps, as its directory keeps it: {@code events.jsonl} and {@code samples.jsonl}. Every node follows who comes and goes, so that whoever leads next knows who was there before; the leading one
 * writes. On the thread of the training loop, but for {@link #leaving}.
 */
final class RunStory implements StepListener {
    private static final double NS_PER_MS = 1e6;

    private final String node;
    private final LongSupplier wallClock;
    private final LongSupplier nanoClock;
    /** Noted on any thread. */
    private final Set<String> leaving = new ConcurrentSkipListSet<>();
    private List<String> members = List.of();
    private Optional<Membership> before = Optional.empty();
    private Optional<StoryLogs> logs = Optional.empty();
    private BooleanSupplier held = () -> false;
    /** Of the newest generation, where this node leads it and has no logs yet. */
    private List<Event> pending = new ArrayList<>();
    private Optional<Recovery> recovery = Optional.empty();

    private record Event(int step, String what, Map<String, Object> fields) {}

    /**
     * Nodes were lost, and no step has been done since.
     *
     * @param step steps done by then
     */
    private record Recovery(long generation, int step, long sinceNs) {}

    /**
     * @param node this one's name
     * @param wallClock ms since 1970
     * @param nanoClock monotonic time in ns
     */
    RunStory(String node, LongSupplier wallClock, LongSupplier nanoClock) {
        this.node = node;
        this.wallClock = wallClock;
        this.nanoClock = nanoClock;
    }

    /** These leave by their own wish: they won't be missed. */
    void leaving(List<String> addresses) {
        leaving.addAll(addresses);
    }

    @Override
    public void membershipChanged(Membership formed) {
        List<Event> events = events(formed);
        recovery = recovery(formed, events);
        before = Optional.of(formed);
        members = formed.addresses();
        leaving.retainAll(members);
        pending = new ArrayList<>();
        if (formed.leads() && logs.isPresent()) {
            events.forEach(this::write);
        } else if (formed.leads()) {
            pending = events;
        }
    }

    /** From the first loss on, where there is another generation before a step is done; of no matter to who doesn't lead, and isn't told of steps. */
    private Optional<Recovery> recovery(Membership formed, List<Event> events) {
        if (!formed.leads()) {
            return Optional.empty();
        }
        boolean losses = events.stream().anyMatch(event -> event.what().equals("lost"));
        return recovery.isPresent() || !losses
            ? recovery
            : Optional.of(new Recovery(formed.generation(), formed.step(), nanoClock.getAsLong() - formed.brokenNs()));
    }

    private List<Event> events(Membership formed) {
        List<Event> events = new ArrayList<>();
        Set<String> had = withState(formed.step());
        List<String> now = formed.addresses();
        for (String member : members) {
            if (!now.contains(member)) {
                Map<String, Object> fields = new LinkedHashMap<>(Map.of("node", member));
                if (!leaving.contains(member)) {
                    formed.why().ifPresent(why -> fields.put("why", why));
                }
                events.add(new Event(formed.step(), leaving.contains(member) ? "left" : "lost", fields));
            }
        }
        for (Membership.Node place : formed.nodes()) {
            if (had.contains(place.address()) && place.takesState()) {
                events.add(new Event(formed.step(), "healed", Map.of("node", place.address())));
            } else if (!members.isEmpty() && !members.contains(place.address())) {
                events.add(new Event(formed.step(), "joined", Map.of("node", place.address())));
            }
        }
        events.add(new Event(formed.step(), "generation", generation(formed)));
        return events;
    }

    /** Those that had the state when the generation before ended: who was to take it has it after one step. */
    private Set<String> withState(int step) {
        Set<String> had = new TreeSet<>();
        before.ifPresent(formed -> formed.nodes().stream().filter(place -> !place.takesState() || step > formed.step())
            .forEach(place -> had.add(place.address())));
        return had;
    }

    private static Map<String, Object> generation(Membership formed) {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (Membership.Node place : formed.nodes()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("node", place.address());
            one.put("role", nodes.isEmpty() ? "coordinator" : place.groups().isEmpty() ? "spare" : "follower");
            one.put("groups", place.groups());
            if (place.takesState()) {
                one.put("takesState", true);
            }
            nodes.add(one);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("generation", formed.generation());
        formed.why().ifPresent(why -> fields.put("why", why));
        fields.put("nodes", nodes);
        return fields;
    }

    /**
     * This node leads: what happens goes into the run's directory from now on.
     *
     * @param step steps done: what the logs tell of later ones is cut off, and comes again
     * @param held whether the directory is this process's still
     * @param facts that don't change while it leads
     */
    void open(Path runDir, int step, BooleanSupplier held, Map<String, Object> facts) {
        StoryLogs opened = new StoryLogs(runDir, step);
        this.logs = Optional.of(opened);
        this.held = held;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", node);
        fields.putAll(facts);
        write(new Event(step, opened.isNew() ? "began" : "leads", fields));
        pending.forEach(this::write);
        pending = new ArrayList<>();
    }

    /** Makes all so far durable, before a checkpoint. */
    void force() {
        logs.ifPresent(StoryLogs::force);
    }

    /** Another node leads, or the run has ended. */
    void close() {
        logs.ifPresent(StoryLogs::close);
        logs = Optional.empty();
    }

    private void write(Event event) {
        if (logs.isPresent() && held.getAsBoolean()) {
            logs.get().event(event.step(), wallClock.getAsLong(), event.what(), event.fields());
        }
    }

    @Override
    public void stepDone(StepReport report) {
        // a step that was done before, and that the leader which was lost didn't write down, is no sign of recovery
        Optional<Recovery> over = recovery.filter(from -> report.step() > from.step());
        if (over.isPresent()) {
            recovery = Optional.empty();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("generation", over.get().generation());
            fields.put("ms", Decimals.rounded((nanoClock.getAsLong() - over.get().sinceNs()) / NS_PER_MS, 1));
            write(new Event(report.step(), "recovered", fields));
        }
    }

    @Override
    public void skipped(int skippedStep, String what, double z) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("what", what);
        fields.put("z", Decimals.rounded(z, 2));
        write(new Event(skippedStep, "skipped", fields));
    }

    @Override
    public void sampled(int sampledStep, String text) {
        if (held.getAsBoolean()) {
            logs.ifPresent(some -> some.sample(sampledStep, wallClock.getAsLong(), text));
        }
    }

    @Override
    public void checkpointed(int checkpointStep, Path dir) {
        write(new Event(checkpointStep, "checkpoint", Map.of("directory", String.valueOf(dir.getFileName()))));
    }

    @Override
    public void finished(Outcome outcome) {
        write(new Event(outcome.step(), "ended", Map.of("how", switch (outcome.end()) {
            case COMPLETED -> "all steps are done";
            case STOPPED_AFTER -> "--stop-after was reached";
            case STOPPED_BY_FLAG -> "stopped";
            case LEFT -> "this node left";
        })));
    }
}
