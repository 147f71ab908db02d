package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.UserError;
import lockstep.common.fault.FailPoints;
import lockstep.common.replica.GivenUp;
import lockstep.coordinator.Cluster;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.member.Peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How long a node without a generation waits, and for what, by a clock of the test's. */
@Timeout(60)
class PlacesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3_600 * SECOND;
    private static final String RUN = "the run";

    private final AtomicLong nowNs = new AtomicLong();

    /** A node that no other one knows, on the loopback. */
    private static Endpoint byItself() {
        Endpoint endpoint =
            Endpoint.start(new MemberSettings("test", MemberSettings.LOOPBACK, 0, List.of(), Cluster.SECRET), (_, _) -> {});
        endpoint.open();
        return endpoint;
    }

    private Places places(Endpoint endpoint, NodeState node, Places.Expected expected) {
        StateKeeper keeper =
            new StateKeeper(endpoint, node, _ -> {}, FailPoints.NONE, new TrainingCluster.Start(false, () -> {}));
        Formation formation = new Formation(endpoint, node, keeper, new Suspects(), _ -> {});
        return new Places(endpoint, node, formation, _ -> {}, expected, () -> nowNs.addAndGet(20 * SECOND));
    }

    private static Places.Expected expecting(int nodes, Runnable gathers, BooleanSupplier wantsToLeave) {
        return new Places.Expected(RUN, () -> nodes, Patience.DEFAULT, gathers, wantsToLeave, () -> false);
    }

    /** One that was in a generation of two, whose other node lives and goes on without it. */
    private NodeState cutOff(Endpoint endpoint, Peer other) {
        NodeState node = NodeState.of(endpoint.member(), RUN);
        node.standing().enter(Standing.Phase.TRAINING);
        node.whereabouts().stateAt(7);
        Proposal proposal = node.standing().promiseOwn(0);
        Peer self = endpoint.member().self();
        node.standing().install(self,
            new Generation(proposal, 7, List.of(new Seat(self, false, 1), new Seat(other, false, 1)), Optional.empty()),
            Deadline.afterMs(0));
        node.standing().adopt();
        node.standing().breakUp(other + " has left");
        return node;
    }

    @Test
    void a_node_that_the_others_do_not_take_back_gives_up_with_its_state() {
        try (Endpoint endpoint = byItself(); Endpoint other = byItself()) {
            NodeState node = cutOff(endpoint, other.member().self());
            GivenUp error =
                assertThrows(GivenUp.class, () -> places(endpoint, node, expecting(1, () -> {}, () -> false)).await());
            assertTrue(error.getMessage().startsWith("the other nodes live and go on without this one"), error.getMessage());
        }
    }

    @Test
    void a_node_whose_state_is_half_another_nodes_gives_up_with_nothing_to_save() {
        try (Endpoint endpoint = byItself(); Endpoint other = byItself()) {
            NodeState node = cutOff(endpoint, other.member().self());
            node.whereabouts().stateLost();
            UserError error =
                assertThrows(UserError.class, () -> places(endpoint, node, expecting(1, () -> {}, () -> false)).await());
            assertTrue(error.getMessage().startsWith("the other nodes live and go on without this one"), error.getMessage());
        }
    }

    @Test
    void others_that_live_are_looked_for_during_five_minutes() {
        try (Endpoint endpoint = byItself(); Endpoint other = byItself()) {
            Optional<Generation> last = cutOff(endpoint, other.member().self()).standing().current();
            Solitude solitude = new Solitude(endpoint, () -> false, () -> false, GivenUp::new, _ -> {}, nowNs::get);
            for (int second = 0; second <= 298; second += 2) {
                nowNs.set(second * SECOND);
                assertFalse(solitude.mayGoOn(last));
            }
            nowNs.set(300 * SECOND);
            assertThrows(GivenUp.class, () -> solitude.mayGoOn(last));
            solitude.over();
            assertFalse(solitude.mayGoOn(last), "after a place in a generation the time begins anew");
        }
    }

    /** The node that brings the run waits without end for members that read model and data: those that have asked it for a place have to see that it lives. */
    @Test
    void while_nodes_are_expected_the_first_one_shows_that_it_gets_on() throws Exception {
        try (Cluster cluster = Cluster.of(2)) {
            NodeState node = NodeState.of(cluster.get(0).member(), RUN);
            node.standing().enter(Standing.Phase.TRAINING);
            AtomicInteger work = new AtomicInteger();
            Places places = places(cluster.get(0), node, expecting(2, work::incrementAndGet, () -> work.get() > 2));
            assertEquals(Optional.empty(), CompletableFuture.supplyAsync(places::await).get(30, TimeUnit.SECONDS));
        }
    }

    /** It took part in no generation, and may not begin the run. */
    private static Formation ofOneThatOnlyJoins(Endpoint endpoint, NodeState node) {
        StateKeeper keeper = new StateKeeper(endpoint, node, _ -> {}, FailPoints.NONE,
            new TrainingCluster.Start(true, () -> {}, () -> Optional.of("the run has ended")));
        return new Formation(endpoint, node, keeper, new Suspects(), _ -> {});
    }

    @Test
    void a_node_without_state_begins_nothing_while_another_one_is_just_starting_or_leaving() {
        try (Cluster cluster = Cluster.of(2)) {
            NodeState starting = NodeState.of(cluster.get(0).member(), RUN);
            cluster.get(0).serve(Messages.PROPOSE, starting.standing()::proposed);
            NodeState node = NodeState.of(cluster.get(1).member(), RUN);
            node.standing().enter(Standing.Phase.TRAINING);
            Formation formation = ofOneThatOnlyJoins(cluster.get(1), node);
            assertEquals(cluster.peer(0).address() + " to be ready", formation.attempt(() -> true));
            starting.standing().enter(Standing.Phase.LEAVING);
            assertEquals(cluster.peer(0).address() + " to be ready", formation.attempt(() -> true));
            starting.standing().enter(Standing.Phase.TRAINING);
            UserError error =
                assertThrows(UserError.class, () -> formation.attempt(() -> true), "the other one has no state, either");
            assertEquals("the run has ended", error.getMessage());
        }
    }

    @Test
    void a_node_that_was_only_to_join_does_not_go_on_by_itself_from_a_checkpoint() {
        try (Endpoint endpoint = byItself()) {
            NodeState node = NodeState.of(endpoint.member(), RUN);
            node.standing().enter(Standing.Phase.TRAINING);
            node.whereabouts().stateAt(20);
            Formation formation = ofOneThatOnlyJoins(endpoint, node);
            assertThrows(UserError.class, () -> formation.attempt(() -> true));
        }
    }

    @Test
    void an_older_node_is_waited_for_as_long_as_it_gets_on() {
        AtomicLong work = new AtomicLong();
        assertEquals(Optional.empty(), asking(work::incrementAndGet, () -> nowNs.addAndGet(HOUR / 2) > 9 * HOUR));
    }

    @Test
    void an_older_node_that_has_done_nothing_for_an_hour_is_not_waited_for() {
        UserError error = assertThrows(UserError.class, () -> asking(() -> 7, () -> nowNs.addAndGet(HOUR / 2) > 9 * HOUR));
        assertTrue(error.getMessage().endsWith("was to form a generation and has done nothing for 3600 s"), error.getMessage());
    }

    /** Has the younger of two nodes ask the older one for a place, which notes that and does nothing. */
    private Optional<Generation> asking(LongSupplier work, BooleanSupplier wantsToLeave) {
        try (Cluster cluster = Cluster.of(2)) {
            NodeState older = NodeState.of(cluster.get(0).member(), RUN);
            older.standing().enter(Standing.Phase.TRAINING);
            cluster.get(0).serve(Messages.JOIN, older.joiners()::join);
            cluster.get(0).serve(Messages.WORK, (_, _, _) -> new Answer.Value<>(work.getAsLong()));
            NodeState younger = NodeState.of(cluster.get(1).member(), RUN);
            younger.standing().enter(Standing.Phase.TRAINING);
            return places(cluster.get(1), younger, expecting(1, () -> {}, wantsToLeave)).await();
        }
    }
}
