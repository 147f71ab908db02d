package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.fault.FailPoints;
import lockstep.coordinator.Cluster;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the oldest node makes of the answers to its proposal. */
@Timeout(60)
class FormationTest {
    private static final String RUN = "the run";

    private final List<String> said = new ArrayList<>();
    private final Suspects suspects = new Suspects();

    private static NodeState at(Cluster cluster, int index, int step) {
        NodeState node = NodeState.of(cluster.get(index).member(), RUN);
        node.standing().enter(Standing.Phase.TRAINING);
        node.whereabouts().stateAt(step);
        return node;
    }

    private Formation formation(Cluster cluster, NodeState node) {
        StateKeeper keeper = new StateKeeper(cluster.get(0), node, said::add, FailPoints.NONE, new TrainingCluster.Start(true, () -> {}));
        return new Formation(cluster.get(0), node, keeper, suspects, said::add);
    }

    /** Else the others would train with a state that the majority doesn't hold, and the second difference ends that node. */
    @Test
    void a_suspect_takes_the_state_in_the_generation_that_stands_though_another_one_did_not() {
        try (Cluster cluster = Cluster.of(2)) {
            NodeState leader = at(cluster, 0, 7);
            NodeState other = at(cluster, 1, 7);
            AtomicInteger installs = new AtomicInteger();
            cluster.get(1).serve(Messages.PROPOSE, other.standing()::proposed);
            cluster.get(1).serve(Messages.INSTALL, (from, generation, deadline) -> installs.getAndIncrement() == 0
                ? Answer.no(Failure.Kind.STALE, "as the test has it")
                : other.standing().install(from, generation, deadline));
            suspects.add(cluster.peer(1));
            Formation formation = formation(cluster, leader);
            formation.attempt(() -> false);
            assertEquals(Optional.empty(), leader.standing().adopt(), "a generation without one of its nodes");
            assertTrue(said.getLast().contains("did not take its place in generation 1"), said.toString());
            formation.attempt(() -> false);
            Generation stands = leader.standing().adopt().orElseThrow();
            assertEquals(List.of(false, true), stands.seats().stream().map(Seat::fetches).toList());
            assertEquals(stands.proposal(), other.standing().adopt().orElseThrow().proposal());

            other.whereabouts().stateLost();
            formation.attempt(() -> false);
            assertEquals(List.of(), suspects.all(), "what it had is gone");
        }
    }
}
