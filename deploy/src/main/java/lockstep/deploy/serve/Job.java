package lockstep.deploy.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One request on its way through the engine. What it is told waits in a queue until the client takes it: as much as its texts have tokens at most.
 *
 * <p>
 * Threads: the engine's tells, the request's own listens and may give up.
 */
final class Job {
    private final CompletionRequest request;
    private final LongSupplier nanoClock;
    private final Duration timeout;
    private final long endNs;
    private final BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
    private volatile boolean givenUp;

    /** @param nanoClock monotonic time in ns */
    Job(CompletionRequest request, Duration timeout, LongSupplier nanoClock) {
        this.request = request;
        this.nanoClock = nanoClock;
        this.timeout = timeout;
        this.endNs = nanoClock.getAsLong() + timeout.toNanos();
    }

    CompletionRequest request() {
        return request;
    }

    /** The client is gone, or the time is over: the engine ends its part at the next token. */
    void giveUp() {
        givenUp = true;
    }

    boolean late() {
        return nanoClock.getAsLong() - endNs > 0;
    }

    /** What the client is told then. */
    ApiError timeout() {
        return ApiError.timeout(timeout.toSeconds());
    }

    boolean wanted() {
        return !givenUp && !late();
    }

    void tell(JobEvent event) {
        events.add(event);
    }

    /** @return nothing where nothing happened in that time */
    Optional<JobEvent> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(events.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }
}
