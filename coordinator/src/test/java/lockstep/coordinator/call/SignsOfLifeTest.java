package lockstep.coordinator.call;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.coordinator.Cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A peer that doesn't answer may be in the update of a large model, or stopped. */
@Timeout(60)
class SignsOfLifeTest {
    private final Cluster cluster = Cluster.of(2);
    private final Echo echo = new Echo();

    @AfterEach
    void close() {
        echo.release.countDown();
        cluster.close();
    }

    /** To a peer that is busy until the echo is released. */
    private PatientCall<String> call(Supplier<Reply<Boolean>> question) {
        cluster.get(0).serve(Echo.SERVICE, echo);
        PendingCall<String> call =
            cluster.get(1).call(cluster.peer(0), Echo.SERVICE, "wait", FloatSink.NONE, Deadline.afterMs(600_000));
        return new PatientCall<>(call, new SignsOfLife(question, 1));
    }

    @Test
    void who_is_busy_is_waited_for_as_long_as_it_gives_signs_of_life() {
        CountDownLatch signs = new CountDownLatch(20);
        PatientCall<String> call = call(() -> {
            signs.countDown();
            if (signs.getCount() == 0) {
                echo.release.countDown();
            }
            return cluster.get(1).ask(cluster.peer(0), Pulse.PING, true, Deadline.afterMs(30_000));
        });
        assertEquals(new Reply.Answered<>("late"), call.await());
    }

    @Test
    void who_gives_none_is_not() {
        PatientCall<String> call = call(() -> Reply.failed(Failure.Kind.TIMED_OUT, "no answer"));
        Failure failure = assertInstanceOf(Reply.Failed.class, call.await()).failure();
        assertTrue(failure.text().contains("it gives no sign of life: no answer"), failure::toString);
    }
}
