package lockstep.coordinator.report;

import java.io.DataInput;

import lockstep.common.latency.Interval;
import lockstep.common.trace.TraceBuffer;
import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;

/** The requests of this package and how they are written. */
final class ReportMessages {
    private static final Codec<byte[]> INTERVAL = Codec.bytes(Interval.MAX_BYTES, "an interval");

    /** The question is the number of the last answer that came, 0 for none. */
    static final Service<Long, Latest> LATENCIES = new Service<>(31, "latencies", Lane.CONTROL, number(), Codec.of((latest, out) -> {
        out.writeLong(latest.number());
        INTERVAL.write(latest.interval(), out);
    }, in -> new Latest(in.readLong(), INTERVAL.read(in))));

    /** Spans since the last time; the first one switches them on. */
    static final Service<Boolean, byte[]> SPANS =
        new Service<>(32, "spans of time", Lane.CONTROL, Codec.of(true), Codec.bytes(TraceBuffer.MAX_BYTES, "spans"));

    /** Monotonic time in ns. */
    static final Service<Boolean, Long> CLOCK = new Service<>(33, "the time", Lane.CONTROL, Codec.of(true), number());

    private ReportMessages() {}

    /**
     * An answer.
     *
     * @param number of it among this node's
     * @param interval as {@link Interval#write} has it
     */
    record Latest(long number, byte[] interval) {}

    private static Codec<Long> number() {
        return Codec.of((number, out) -> out.writeLong(number), DataInput::readLong);
    }
}
