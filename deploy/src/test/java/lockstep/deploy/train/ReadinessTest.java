package lockstep.deploy.train;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import lockstep.coordinator.agree.RunStatus;
import lockstep.deploy.http.Readiness;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** When a node of a cluster takes part, by what it knows of the run. */
class ReadinessTest {
    private static final String SELF = "10.0.0.2:5701";
    private static final RunStatus.Node LEADER = new RunStatus.Node("10.0.0.1:5701", false, 1, List.of(0, 1));

    private static Readiness of(Optional<String> waitsFor, RunStatus.Node... nodes) {
        return ClusterNodeView.readiness(SELF, new RunStatus(4, 12, 1, waitsFor, List.of(nodes)));
    }

    private static RunStatus.Node self(boolean fetches, Integer... groups) {
        return new RunStatus.Node(SELF, fetches, 1, List.of(groups));
    }

    @Test
    void whoTrainsOrIsASpareIsReady() {
        assertEquals(new Readiness.Ready("trains in generation 4"), of(Optional.empty(), LEADER, self(false, 2, 3)));
        assertEquals(new Readiness.Ready("is a spare of generation 4"), of(Optional.empty(), LEADER, self(false)));
    }

    @Test
    void whoSearchesWaitsOrTakesTheStateIsNot() {
        assertEquals(new Readiness.NotReady("looks for the next generation: 10.0.0.1:5701 has gone"),
            of(Optional.of("10.0.0.1:5701 has gone"), LEADER, self(false, 2)));
        assertEquals(new Readiness.NotReady("takes the state from the other nodes of generation 4"),
            of(Optional.empty(), LEADER, self(true)));
        Readiness.NotReady none = new Readiness.NotReady("is in no generation yet: waits for other nodes, or for their next step boundary");
        assertEquals(none, of(Optional.empty(), LEADER));
        assertEquals(none, ClusterNodeView.readiness(SELF, RunStatus.NONE));
    }
}
