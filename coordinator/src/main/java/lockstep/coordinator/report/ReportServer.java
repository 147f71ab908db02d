package lockstep.coordinator.report;

import java.util.function.Supplier;

import lockstep.common.latency.Interval;
import lockstep.common.trace.TraceBuffer;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Endpoint;

/** Tells of this node to whoever leads. */
public final class ReportServer {
    private ReportServer() {}

    /**
     * Serves from when the endpoint opens on.
     *
     * @param latencies takes what was recorded since the last call
     */
    public static void serve(Endpoint endpoint, Supplier<Interval> latencies, TraceBuffer spans) {
        Outbox outbox = new Outbox(latencies);
        endpoint.serve(ReportMessages.LATENCIES, (caller, arrived, _) -> new Answer.Value<>(outbox.answer(caller.id(), arrived)));
        endpoint.serve(ReportMessages.SPANS, (_, _, _) -> {
            spans.switchOn();
            return new Answer.Value<>(spans.take());
        });
        endpoint.serve(ReportMessages.CLOCK, (_, _, _) -> new Answer.Value<>(System.nanoTime()));
    }
}
