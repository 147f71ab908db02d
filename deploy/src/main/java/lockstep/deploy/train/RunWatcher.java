package lockstep.deploy.train;

import lockstep.common.config.BatchPlan;
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

    /** Nobody. */
    static RunWatcher none() {
        return (_, _, _) -> new StepListener() {};
    }
}
