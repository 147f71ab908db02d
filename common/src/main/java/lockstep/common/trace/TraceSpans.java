package lockstep.common.trace;

import java.util.function.LongSupplier;

import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;

/** Phases as spans of a timeline, where one is kept, and for others who listen. */
public final class TraceSpans implements Spans {
    private static final String TRACK = "training";

    private final TraceBuffer buffer;
    private final LongSupplier nanoClock;
    private final Spans further;
    private final long[] startNs = new long[Phase.values().length];

    /** @param further is told of the same spans */
    public TraceSpans(TraceBuffer buffer, LongSupplier nanoClock, Spans further) {
        this.buffer = buffer;
        this.nanoClock = nanoClock;
        this.further = further;
    }

    @Override
    public void begin(Phase phase) {
        if (buffer.isOn()) {
            startNs[phase.ordinal()] = nanoClock.getAsLong();
        }
        further.begin(phase);
    }

    @Override
    public void end(Phase phase) {
        long fromNs = startNs[phase.ordinal()];
        if (buffer.isOn() && fromNs != 0) { // else it was switched on in between
            buffer.span(TRACK, phase.tag(), fromNs, nanoClock.getAsLong());
        }
        further.end(phase);
    }
}
