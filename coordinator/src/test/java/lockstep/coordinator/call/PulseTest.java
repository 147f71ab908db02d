package lockstep.coordinator.call;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.coordinator.Cluster;
import lockstep.coordinator.member.MembershipListener;
import lockstep.coordinator.member.Peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Deaths that Hazelcast doesn't notice, and lives that were taken for deaths. */
@Timeout(60)
class PulseTest {
    private static final class Told implements MembershipListener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void joined(Peer peer) {
            events.add("joined " + peer.id());
        }

        @Override
        public void left(Peer peer) {
            events.add("left " + peer.id());
        }
    }

    /** The survivor's Hazelcast counts refused connections for a day before it draws a conclusion; only missing heartbeats would tell it, after 20 s. */
    @Test
    void a_death_that_hazelcast_does_not_notice_ends_the_wait_for_the_dead_once() {
        try (Cluster cluster = Cluster.of(1);
            Endpoint survivor = Endpoint.startConfigured(cluster.settings(Cluster.SECRET), (_, _) -> {},
                config -> config.setProperty("hazelcast.connection.monitor.max.faults", "1000000"))) {
            survivor.open();
            cluster.awaitMembers(2);
            Echo echo = new Echo();
            cluster.get(0).serve(Echo.SERVICE, echo);
            Peer dead = cluster.peer(0);
            Told told = new Told();
            survivor.member().listen(told);
            PendingCall<String> call = survivor.call(dead, Echo.SERVICE, "wait", FloatSink.NONE, Deadline.afterMs(600_000));
            Cluster.await("the question", () -> !echo.asked.isEmpty());
            Cluster.await("a connection", () -> survivor.noticesDeathOf(dead));
            cluster.get(0).close();
            Failure failure = assertInstanceOf(Reply.Failed.class, call.await()).failure();
            assertEquals(Failure.Kind.PEER_LEFT, failure.kind(), failure::toString);
            assertTrue(survivor.member().lists(dead.id()), "Hazelcast has noticed by itself: this proves nothing");
            assertFalse(survivor.member().has(dead.id()));
            assertEquals(List.of(survivor.member().self()), survivor.member().peers());
            Cluster.await("the news", () -> !told.events.isEmpty());
            assertEquals(List.of("left " + dead.id()), told.events);
            Failure gone =
                assertInstanceOf(Reply.Failed.class, survivor.ask(dead, Echo.SERVICE, "hello", Deadline.afterMs(30_000))).failure();
            assertEquals(Failure.Kind.PEER_LEFT, gone.kind(), gone::toString);
            echo.release.countDown();
        }
    }

    @Test
    void one_that_was_taken_for_dead_and_listens_is_a_member_again() {
        try (Cluster cluster = Cluster.of(2)) {
            cluster.get(0).serve(Echo.SERVICE, new Echo());
            cluster.get(1).serve(Echo.SERVICE, new Echo());
            Endpoint one = cluster.get(0);
            Peer other = cluster.peer(1);
            assertEquals(new Reply.Answered<>("hello"), callsOne(cluster));
            Told told = new Told();
            one.member().listen(told);
            one.member().bury(other);
            one.member().bury(other);
            Cluster.await("its return", () -> one.member().has(other.id()));
            Cluster.await("the news", () -> told.events.size() == 2);
            assertEquals(List.of("left " + other.id(), "joined " + other.id()), told.events);
            assertEquals(new Reply.Answered<>("hello"), one.ask(other, Echo.SERVICE, "hello", Deadline.afterMs(30_000)));
            // it knows nothing of its burial, and of the one session that is gone with it
            Cluster.await("its handshake", () -> callsOne(cluster).equals(new Reply.Answered<>("hello")));
            List<String> refusals = cluster.refusals();
            assertTrue(refusals.size() <= 1 && refusals.stream().allMatch(why -> why.endsWith("without a handshake")), refusals::toString);
        }
    }

    private static Reply<String> callsOne(Cluster cluster) {
        return cluster.get(1).ask(cluster.peer(0), Echo.SERVICE, "hello", Deadline.afterMs(30_000));
    }
}
