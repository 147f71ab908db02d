package lockstep.deploy.train;

import java.util.Map;

import lockstep.common.config.BatchPlan;
import lockstep.common.latency.NodeLatencies;
import lockstep.deploy.metrics.RunMetrics;
import lockstep.node.train.StepListener;
import lockstep.node.train.StopFlag;

/** Who wants to follow a run from outside of it, and perhaps to end it. */
@FunctionalInterface
public interface RunWatcher {
    /**
     * Once, when all is ready for the first step.
     *
     * @param runId name of the run's directory
     * @param batch what a step consists of
     * @param stop ends the run at a step boundary
     * @return is told what the loop does
     */
    StepListener began(String runId, BatchPlan batch, StopFlag stop);

    /**
     * Before the directory becomes a run.
     *
     * @param about what config.json is going to note beside the options
     * @throws lockstep.common.UserError when that isn't the run which this one follows
     */
    default void begins(Map<String, Object> about) {}

    /** Here is what this process measures of itself, leading or not. */
    default void measured(NodeLatencies own) {}

    /** Both, the first one first. */
    static RunWatcher both(RunWatcher first, RunWatcher second) {
        return new RunWatcher() {
            @Override
            public StepListener began(String runId, BatchPlan batch, StopFlag stop) {
                return StepListener.both(first.began(runId, batch, stop), second.began(runId, batch, stop));
            }

            @Override
            public void begins(Map<String, Object> about) {
                first.begins(about);
                second.begins(about);
            }

            @Override
            public void measured(NodeLatencies own) {
                first.measured(own);
                second.measured(own);
            }
        };
    }

    /** Who answers Prometheus. */
    static RunWatcher of(RunMetrics metrics) {
        return new RunWatcher() {
            @Override
            public StepListener began(String runId, BatchPlan batch, StopFlag stop) {
                return metrics;
            }

            @Override
            public void measured(NodeLatencies own) {
                metrics.measured(own);
            }
        };
    }

    /** Nobody. */
    static RunWatcher none() {
        return (_, _, _) -> new StepListener() {};
    }
}
