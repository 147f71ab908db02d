package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

import lockstep.common.config.BatchPlan;
import lockstep.coordinator.agree.RunStatus;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.deploy.http.ClusterStatus;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.Departure;
import lockstep.deploy.http.Health;
import lockstep.deploy.http.NodeStatus;
import lockstep.deploy.http.Pulse;
import lockstep.deploy.http.Readiness;

/** A run as one of its nodes sees it. A node's name is its address. */
final class ClusterNodeView implements ClusterView {
    private static final int RUN_ID = 12;

    private record Joined(String self, TrainingCluster cluster, BatchPlan batch, int steps, String runId) {}

    private final Pulse pulse;
    private volatile Optional<Joined> joined = Optional.empty();
    private RunStatus seen = RunStatus.NONE;

    /** @param nanoClock monotonic time in ns */
    ClusterNodeView(LongSupplier nanoClock) {
        this.pulse = new Pulse(nanoClock, "the run, the model and its data");
    }

    /**
     * From here on there is something to see.
     *
     * @param self address of this node
     * @param identity of the run, the same on all nodes
     */
    void joined(String self, TrainingCluster cluster, BatchPlan batch, int steps, String identity) {
        joined = Optional.of(new Joined(self, cluster, batch, steps, identity.substring(0, RUN_ID)));
    }

    @Override
    public ClusterStatus status() {
        return joined.map(ClusterNodeView::status).orElseGet(() -> new ClusterStatus("", 0, 0, 0, List.of()));
    }

    private static ClusterStatus status(Joined run) {
        RunStatus now = run.cluster().status(run.batch());
        List<NodeStatus> nodes = new ArrayList<>();
        for (RunStatus.Node node : now.nodes()) {
            double tokensPerSecond = now.stepMs() == 0 ? 0 : run.batch().tokensPerStep() * 1000.0 / now.stepMs();
            nodes.add(new NodeStatus(node.address(), node.address(), role(now, node), now.step(), tokensPerSecond, node.computeMs(),
                node.groups()));
        }
        return new ClusterStatus(run.runId(), now.generation(), now.step(), run.steps(), nodes);
    }

    private static NodeStatus.Role role(RunStatus run, RunStatus.Node node) {
        if (node.fetches()) {
            return NodeStatus.Role.JOINING;
        }
        if (node.equals(run.nodes().getFirst())) {
            return NodeStatus.Role.COORDINATOR;
        }
        return node.groups().isEmpty() ? NodeStatus.Role.SPARE : NodeStatus.Role.FOLLOWER;
    }

    /** A beat is a step, or another generation, since it was last asked: who watches asks often. */
    @Override
    public synchronized Health health() {
        joined.ifPresent(run -> {
            RunStatus now = run.cluster().status(run.batch());
            if (now.waitsFor().isPresent()) {
                pulse.waits(now.waitsFor().get());
            } else if (now.step() != seen.step() || now.generation() != seen.generation() || seen.waitsFor().isPresent()) {
                pulse.beat("step " + (now.step() + 1) + " of " + run.steps());
            }
            seen = now;
        });
        return pulse.health();
    }

    @Override
    public Readiness readiness() {
        return joined.map(run -> readiness(run.self(), run.cluster().status(run.batch())))
            .orElseGet(() -> new Readiness.NotReady("makes ready: the run, the model and its data"));
    }

    static Readiness readiness(String self, RunStatus now) {
        if (now.waitsFor().isPresent()) {
            return new Readiness.NotReady("looks for the next generation: " + now.waitsFor().get());
        }
        Optional<RunStatus.Node> own = now.nodes().stream().filter(node -> node.address().equals(self)).findFirst();
        if (own.isEmpty()) {
            return new Readiness.NotReady("is in no generation yet: waits for other nodes, or for their next step boundary");
        }
        if (own.get().fetches()) {
            return new Readiness.NotReady("takes the state from the other nodes of generation " + now.generation());
        }
        return new Readiness.Ready(
            (own.get().groups().isEmpty() ? "is a spare of generation " : "trains in generation ") + now.generation());
    }

    @Override
    public Departure leave(String node) {
        if (joined.isEmpty()) {
            return new Departure.Refused("the run has not begun yet");
        }
        return switch (joined.get().cluster().leave(node)) {
            case ASKED ->
                new Departure.Asked(node + " leaves at its next step boundary; as the last node it ends the run with a checkpoint");
            case UNKNOWN -> new Departure.UnknownNode();
            case SILENT -> new Departure.Refused(node + " doesn't answer");
        };
    }
}
