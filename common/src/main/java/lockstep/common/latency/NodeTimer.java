package lockstep.common.latency;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;
import lockstep.common.timing.StepTimer;

/** The times of this process as a node: a recorder for each phase and for each peer, another for the phases of the first steps. */
public final class NodeTimer implements StepTimer {
    /** Steps of a process that are recorded apart: the JIT compiles, pages are touched for the first time. */
    public static final int WARM_UP_STEPS = 5;
    /** Before a phase's tag: of those steps. */
    public static final String WARM_UP = "warmup-";
    /** After so many intervals without a word of a peer it has gone, and its memory with it. */
    static final int SILENT_INTERVALS = 20;
    /** Before a peer's name: the tag of the exchange with it. */
    public static final String PEER = "peer-";
    /** Kept, since values() makes a copy. */
    private static final Phase[] PHASES = Phase.values();

    private final LongSupplier nanoClock;
    private final Spans further;
    private final TagRecorder[] warm = recorders();
    private final TagRecorder[] cold = recorders();
    private final ConcurrentNavigableMap<String, TagRecorder> peers = new ConcurrentSkipListMap<>();
    private final SortedMap<String, TagRecorder> gone = new TreeMap<>();
    private final long[] startNs = new long[PHASES.length];
    private final long[] spentNs = new long[PHASES.length];
    private volatile long lastStepNs;
    private int stepsDone; // the writer's
    private volatile boolean stepped;

    /**
     * @param nanoClock monotonic time in ns
     * @param further is told of the same spans
     */
    public NodeTimer(LongSupplier nanoClock, Spans further) {
        this.nanoClock = nanoClock;
        this.further = further;
    }

    private static TagRecorder[] recorders() {
        TagRecorder[] recorders = new TagRecorder[PHASES.length];
        Arrays.setAll(recorders, phase -> new TagRecorder());
        return recorders;
    }

    @Override
    public void begin(Phase phase) {
        startNs[phase.ordinal()] = nanoClock.getAsLong();
        further.begin(phase);
    }

    @Override
    public void end(Phase phase) {
        spentNs[phase.ordinal()] += nanoClock.getAsLong() - startNs[phase.ordinal()];
        further.end(phase);
    }

    @Override
    public void stepBegan() {
        Arrays.fill(spentNs, 0);
    }

    @Override
    public void add(Phase phase, long ns) {
        spentNs[phase.ordinal()] += ns;
    }

    @Override
    public long spentNs(Phase phase) {
        return spentNs[phase.ordinal()];
    }

    @Override
    public void count(Phase phase, long ns) {
        (stepsDone < WARM_UP_STEPS ? cold : warm)[phase.ordinal()].record(ns);
    }

    @Override
    public void countPeer(String peer, long ns) {
        if (stepsDone < WARM_UP_STEPS) {
            return; // what the phases of these steps are is said as a whole
        }
        TagRecorder recorder = peers.get(peer);
        if (recorder == null) { // no lambda: what it catches would be garbage at each step
            recorder = new TagRecorder();
            peers.put(peer, recorder);
        }
        recorder.record(ns);
    }

    @Override
    public void stepDone() {
        stepsDone++;
        lastStepNs = nanoClock.getAsLong();
        stepped = true;
    }

    /** How long ago the last step was done; empty before the first. Any thread. */
    OptionalLong sinceLastStepNs() {
        return stepped ? OptionalLong.of(nanoClock.getAsLong() - lastStepNs) : OptionalLong.empty();
    }

    /** Adds what was recorded since the last call. Any thread, one at a time. */
    public synchronized void drainTo(Interval interval) {
        for (Phase phase : PHASES) {
            warm[phase.ordinal()].drainTo(interval, phase.tag());
            cold[phase.ordinal()].drainTo(interval, WARM_UP + phase.tag());
        }
        gone.forEach((peer, recorder) -> recorder.drainTo(interval, PEER + peer)); // what was under way when it was taken away
        gone.clear();
        peers.forEach((peer, recorder) -> {
            if (recorder.drainTo(interval, PEER + peer) > SILENT_INTERVALS) {
                gone.put(peer, recorder);
            }
        });
        gone.keySet().forEach(peers::remove);
    }
}
