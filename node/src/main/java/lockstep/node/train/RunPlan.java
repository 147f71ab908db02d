package lockstep.node.train;

import lockstep.common.UserError;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Schedule;
import lockstep.common.config.SpikeRule;

/**
 * What the loop does.
 *
 * @param length how many steps
 * @param adamW the clip is what the loop itself needs of it
 */
public record RunPlan(BatchPlan batch, Length length, Schedule schedule, AdamWSettings adamW, SpikeRule spikes, Cadence cadence) {
    /** Whether something of the state after so many steps is written or told. */
    boolean showsAt(int step) {
        boolean last = step == length.steps();
        return step == length.stopAfter() || cadence.validates(step, last) || cadence.examines(step, last) || cadence.samples(step, last)
            || cadence.checkpoints(step);
    }

    /**
     * @param steps steps of the whole run
     * @param stopAfter step after which this process ends with a checkpoint, at most steps
     */
    public record Length(int steps, int stopAfter) {
        public Length {
            if (steps <= 0) {
                throw new UserError("--steps must be > 0, found " + steps);
            }
            if (stopAfter <= 0 || stopAfter > steps) {
                throw new UserError("--stop-after must be from 1 to --steps " + steps + ", found " + stopAfter);
            }
        }

        /**
         * Whether this process ends after the step under way, and the run does not.
         *
         * @param stepsDone before that step
         */
        boolean endsEarlyAfter(int stepsDone) {
            return stopAfter < steps && stepsDone + 1 >= stopAfter;
        }

        /** How a run that has done so many steps ends. */
        Outcome.End end(int stepsDone) {
            if (stepsDone == steps) {
                return Outcome.End.COMPLETED;
            }
            return stepsDone >= stopAfter ? Outcome.End.STOPPED_AFTER : Outcome.End.STOPPED_BY_FLAG;
        }

        /** All steps. */
        public static Length of(int steps) {
            return new Length(steps, steps);
        }
    }
}
