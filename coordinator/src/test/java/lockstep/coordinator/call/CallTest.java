package lockstep.coordinator.call;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.coordinator.Cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Calls between two members that know each other. */
@Timeout(60)
class CallTest {
    private static final long LONG_MS = 30_000;

    private static final Echo ECHO = new Echo();
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.of(2);
        cluster.get(1).serve(Echo.SERVICE, ECHO);
    }

    @AfterAll
    static void stop() {
        ECHO.release.countDown();
        assertEquals(List.of(), cluster.refusals());
        cluster.close();
    }

    private static Reply<String> ask(String question, long ms) {
        return cluster.get(0).ask(cluster.peer(1), Echo.SERVICE, question, Deadline.afterMs(ms));
    }

    private static Failure failure(Reply<String> reply) {
        return assertInstanceOf(Reply.Failed.class, reply, reply::toString).failure();
    }

    @Test
    void theAnswerComesBack() {
        assertEquals(new Reply.Answered<>("hello"), ask("hello", LONG_MS));
    }

    @Test
    void aHandlerThatThrowsIsAFailureThatNamesWhatWasThrown() {
        Failure thrown = failure(ask("throw", LONG_MS));
        assertEquals(Failure.Kind.INTERNAL, thrown.kind());
        assertTrue(thrown.text().contains("an echo from " + cluster.peer(1)) && thrown.text().contains("a defect"), thrown::toString);
        assertEquals(Failure.Kind.INTERNAL, failure(ask("error", LONG_MS)).kind());
    }

    @Test
    void aRefusalComesBackAsItWasMeant() {
        assertEquals(Failure.Kind.STALE, failure(ask("refuse", LONG_MS)).kind());
    }

    @Test
    void aCallEndsAtItsDeadlineAndSaysWhatItWaitedFor() {
        Failure late = failure(ask("wait", 200));
        assertEquals(Failure.Kind.TIMED_OUT, late.kind());
        assertTrue(late.text().startsWith("waiting for an echo from " + cluster.peer(1)), late::toString);
    }

    @Test
    void floatsGoToTheSink() {
        float[] values = new float[8];
        PendingCall<String> call = cluster.get(0).call(cluster.peer(1), Echo.SERVICE, "floats", sink(6, values), Deadline.afterMs(LONG_MS));
        assertEquals(new Reply.Answered<>("six"), call.await());
        assertArrayEquals(new float[] {0, 0, 1, 2, 3, 4, 5, 6}, values);
    }

    @Test
    void anotherNumberOfFloatsIsRefusedUnread() {
        float[] values = new float[8];
        PendingCall<String> call = cluster.get(0).call(cluster.peer(1), Echo.SERVICE, "floats", sink(5, values), Deadline.afterMs(LONG_MS));
        assertEquals(Failure.Kind.BROKEN, failure(call.await()).kind());
        assertArrayEquals(new float[8], values);
    }

    @Test
    void aServiceThatNobodyServesIsRefused() {
        Service<String, String> other = new Service<>(78, "silence", Lane.CONTROL, Echo.TEXT, Echo.TEXT);
        Failure refused = failure(cluster.get(0).ask(cluster.peer(1), other, "hello", Deadline.afterMs(LONG_MS)));
        assertEquals(Failure.Kind.REFUSED, refused.kind());
    }

    private static FloatSink sink(int count, float[] values) {
        return new FloatSink() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public void readFrom(FloatsIn in) throws java.io.IOException {
                in.copy(values, 2, count);
            }
        };
    }

    /** Checksums of more nodes than there are threads wait for an update of the leading one's state, which lives all the while. */
    @Test
    void a_sign_of_life_waits_for_none_of_those_that_decide() {
        try (Cluster other = Cluster.of(2)) {
            Echo echo = new Echo();
            other.get(1).serve(Echo.SERVICE, echo);
            List<PendingCall<String>> calls = new ArrayList<>();
            for (int i = 0; i < Lane.CONTROL.threads() + 1; i++) {
                calls.add(other.get(0).call(other.peer(1), Echo.SERVICE, "wait", FloatSink.NONE, Deadline.afterMs(LONG_MS)));
            }
            Cluster.await("all threads to wait", () -> echo.asked.size() == Lane.CONTROL.threads());
            assertEquals(new Reply.Answered<>(true), other.get(0).ask(other.peer(1), Pulse.PING, true, Deadline.afterMs(LONG_MS / 2)));
            echo.release.countDown();
            calls.forEach(PendingCall::await);
        }
    }

    @Test
    void aCallToAPeerThatDiesEndsAtOnce() {
        try (Cluster other = Cluster.of(2)) {
            Echo echo = new Echo();
            other.get(1).serve(Echo.SERVICE, echo);
            PendingCall<String> call = other.get(0).call(other.peer(1), Echo.SERVICE, "wait", FloatSink.NONE, Deadline.afterMs(600_000));
            Cluster.await("the question", () -> !echo.asked.isEmpty());
            lockstep.coordinator.member.Peer dead = other.peer(1);
            echo.release.countDown();
            other.get(1).close();
            Reply<String> reply = call.await(); // the answer may just have made it
            if (reply instanceof Reply.Failed<String>(Failure failure)) {
                assertTrue(failure.kind() == Failure.Kind.PEER_LEFT || failure.kind() == Failure.Kind.BROKEN, failure::toString);
            }
            Failure gone = failure(other.get(0).ask(dead, Echo.SERVICE, "hello", Deadline.afterMs(LONG_MS)));
            assertEquals(Failure.Kind.PEER_LEFT, gone.kind(), gone::toString);
        }
    }
}
