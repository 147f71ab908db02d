package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import lockstep.common.config.BatchPlan;
import lockstep.deploy.http.ClusterStatus;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.Departure;
import lockstep.deploy.http.Health;
import lockstep.deploy.http.NodeStatus;
import lockstep.deploy.http.Pulse;
import lockstep.deploy.http.Readiness;
import lockstep.node.train.Alone;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;
import lockstep.node.train.StopFlag;

/** A run on one machine, seen as a cluster of one node. The loop's thread writes whole snapshots, and any thread reads them. */
public final class SingleNodeView implements ClusterView, RunWatcher, StepListener {
    static final String NODE = Alone.NODE;
    private static final double NS_PER_MS = 1e6;

    /** What doesn't change during a run. */
    private record Run(String id, List<Integer> groups, StopFlag stop) {}

    private record Progress(int step, int steps, double tokensPerSecond, double computeMs) {}

    private final String address;
    private final Pulse pulse;
    private volatile Optional<Run> run = Optional.empty();
    private volatile Progress progress = new Progress(0, 0, 0, 0);
    private volatile Readiness readiness = new Readiness.NotReady("makes ready: the model and its data");

    /**
     * @param address where the run can be asked, host:port
     * @param nanoClock monotonic time in ns
     */
    public SingleNodeView(String address, LongSupplier nanoClock) {
        this.address = address;
        this.pulse = new Pulse(nanoClock, "the model and its data");
    }

    @Override
    public StepListener began(String runId, BatchPlan batch, StopFlag stop) {
        run = Optional.of(new Run(runId, IntStream.range(0, batch.G()).boxed().toList(), stop));
        return this;
    }

    @Override
    public ClusterStatus status() {
        Progress now = progress;
        List<Integer> groups = run.map(Run::groups).orElse(List.of());
        NodeStatus node = new NodeStatus(NODE, address, NodeStatus.Role.COORDINATOR, now.step(), now.tokensPerSecond(), now.computeMs(),
            groups);
        return new ClusterStatus(run.map(Run::id).orElse(""), 0, now.step(), now.steps(), List.of(node));
    }

    @Override
    public Health health() {
        return pulse.health();
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    public Departure leave(String node) {
        if (!node.equals(NODE)) {
            return new Departure.UnknownNode();
        }
        return run.<Departure>map(begun -> {
            begun.stop().raise();
            return new Departure.Asked(NODE + " ends the run with a checkpoint of its last whole step: it is the only node");
        }).orElseGet(() -> new Departure.Refused("the run has not begun yet"));
    }

    @Override
    public void started(int step, int steps) {
        progress = new Progress(step, steps, 0, 0);
        readiness = new Readiness.Ready("trains");
        pulse.beat(next(step));
    }

    @Override
    public void stepDone(StepReport report) {
        double computeMs = (report.dataNs() + report.forwardNs() + report.backwardNs()) / NS_PER_MS;
        progress = new Progress(report.step(), report.steps(), report.tokensPerSecond(), computeMs);
        pulse.beat(next(report.step()));
    }

    @Override
    public void validated(int step, double lossNats) {
        pulse.beat(next(step));
    }

    @Override
    public void sampled(int step, String text) {
        pulse.beat(next(step));
    }

    @Override
    public void checkpointed(int step, Path dir) {
        pulse.beat(next(step));
    }

    @Override
    public void finished(Outcome outcome) {
        readiness = new Readiness.NotReady("training is over");
        pulse.waits("the end of the process: training is over");
    }

    private String next(int stepsDone) {
        int steps = progress.steps();
        return stepsDone < steps ? "step " + (stepsDone + 1) + " of " + steps : "what comes after step " + steps;
    }
}
