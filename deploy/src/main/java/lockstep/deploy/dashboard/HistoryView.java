package lockstep.deploy.dashboard;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.deploy.http.ClusterStatus;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.Departure;
import lockstep.deploy.http.Health;
import lockstep.deploy.http.NodeStatus;
import lockstep.deploy.http.Pulse;
import lockstep.deploy.http.Readiness;

/** A run's status as its directory tells it. */
final class HistoryView implements ClusterView {
    private final RunFeed feed;
    private final Pulse pulse = new Pulse(System::nanoTime, "the run's first step");
    private int seenStep;

    HistoryView(RunFeed feed) {
        this.feed = feed;
    }

    /** The files were looked at: on one thread. */
    void looked() {
        feed.read(history -> {
            int step = history.steps().step();
            if (history.events().end().isPresent()) {
                pulse.waits("nothing: the run has ended");
            } else if (step != seenStep) {
                pulse.beat("step " + (step + 1) + " of " + steps(history));
            }
            seenStep = step;
            return step;
        });
    }

    private static int steps(RunHistory history) {
        return history.events().facts().map(facts -> facts.path("steps").asInt()).orElse(0);
    }

    @Override
    public ClusterStatus status() {
        return feed.read(history -> {
            List<NodeStatus> nodes = new ArrayList<>();
            for (Members.Member member : history.events().members().all()) {
                if (member.isPresent()) {
                    nodes.add(new NodeStatus(member.name(), member.name(), role(history, member), history.steps().step(),
                        history.steps().tokensPerSecond(), history.latencies().computeMs(member.name()), member.groups()));
                }
            }
            String run = history.events().facts().map(facts -> facts.path("run")).map(JsonNode::asText).orElse("");
            return new ClusterStatus(run, history.events().members().generation(), history.steps().step(), steps(history), nodes);
        });
    }

    private static NodeStatus.Role role(RunHistory history, Members.Member member) {
        if (history.events().members().isJoining(member, history.steps().step())) {
            return NodeStatus.Role.JOINING;
        }
        return switch (member.role()) {
            case "coordinator" -> NodeStatus.Role.COORDINATOR;
            case "spare" -> NodeStatus.Role.SPARE;
            default -> NodeStatus.Role.FOLLOWER;
        };
    }

    @Override
    public Health health() {
        return pulse.health();
    }

    @Override
    public Readiness readiness() {
        return feed.read(history -> {
            if (history.events().end().isPresent()) {
                return new Readiness.NotReady("the run has ended");
            }
            return history.steps().last().isPresent()
                ? new Readiness.Ready("shows a run that trains")
                : new Readiness.NotReady("waits for the run's first step");
        });
    }

    @Override
    public Departure leave(String node) {
        return new Departure.Refused("this process only watches the run");
    }
}
