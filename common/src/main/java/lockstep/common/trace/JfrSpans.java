package lockstep.common.trace;

import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;

/** Phases as events of Flight Recorder. One event for each phase, used again and again, since a step makes no objects; its methods are empty until a recording wants them. */
public final class JfrSpans implements Spans {
    private static final Phase[] PHASES = Phase.values();

    private final PhaseEvent[] events = new PhaseEvent[PHASES.length];

    public JfrSpans() {
        for (Phase phase : PHASES) {
            events[phase.ordinal()] = new PhaseEvent();
            events[phase.ordinal()].phase = phase.tag();
        }
    }

    @Override
    public void begin(Phase phase) {
        events[phase.ordinal()].begin();
    }

    @Override
    public void end(Phase phase) {
        PhaseEvent event = events[phase.ordinal()];
        event.end();
        if (event.shouldCommit()) {
            event.commit();
        }
    }
}
