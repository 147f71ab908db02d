package lockstep.coordinator.report;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import lockstep.common.latency.Interval;

/**
 * Gives what was recorded to one who asks again and again, so that nothing counts twice and as little as can be is lost: an answer that didn't arrive is given again with the next one. When somebody else asks, the one before has
 * died or resigned and has written what it got.
 */
final class Outbox {
    private final Supplier<Interval> source;
    private Optional<Interval> last = Optional.empty();
    private Optional<UUID> lastAsker = Optional.empty();
    private long number;

    /** @param source takes what was recorded since the last call */
    Outbox(Supplier<Interval> source) {
        this.source = source;
    }

    /** @param arrived number of the last answer that the asker got, 0 for none */
    synchronized ReportMessages.Latest answer(UUID asker, long arrived) {
        Interval interval = source.get();
        if (arrived != number && lastAsker.equals(Optional.of(asker))) {
            last.ifPresent(interval::add);
        }
        last = Optional.of(interval);
        lastAsker = Optional.of(asker);
        number++;
        return new ReportMessages.Latest(number, interval.write());
    }
}
