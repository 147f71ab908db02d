package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.node.ArrayNode;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.config.Schedule;

/**
 * {@code --resume RUN --steps N}: another number of steps for a run that has begun. It is possible where the steps that are done had the learning rates that they would have had in a run of N steps, for then the weights
 * come out as of one that was given N, and the same warm-up, from the start: nothing else of a step knows how many there are.
 */
record Lengthening(Path runDir, int before, int done) {
    /** The run as its directory has it. */
    static Lengthening of(Path runDir, RunConfig now) {
        String steps = RunRecord.of(runDir).steps();
        int before = steps.matches("[0-9]{1,9}") ? Integer.parseInt(steps) : now.length().steps();
        int done = new CheckpointStore(runDir).newestComplete().map(dir -> CheckpointStore.step(dir).orElseThrow()).orElse(0);
        return new Lengthening(runDir, before, done);
    }

    /**
     * Whether the run has another number of steps from now on.
     *
     * @throws UserError when the steps that are done say otherwise
     */
    boolean isAskedFor(RunConfig now) {
        int steps = now.length().steps();
        if (steps == before) {
            return false;
        }
        if (steps < done) {
            throw new UserError("--steps: found " + steps + ", expected " + done + " or more: so many steps of " + runDir + " are done");
        }
        if (!fits(now.optimizer().rate(), steps)) {
            throw new UserError("--steps: found " + steps + ", expected " + before + " as in " + RunDirectory.configFile(runDir)
                + ": by its schedule, " + now.optimizer().rate().schedule() + ", the " + done
                + " steps that are done would have had other learning rates in a run of " + steps + "; " + another());
        }
        return true;
    }

    private boolean fits(RunConfig.Rate rate, int steps) {
        Schedule then = rate.over(before);
        Schedule now = rate.over(steps);
        for (int step = 0; step < done; step++) {
            if (then.lr(step) != now.lr(step)) {
                return false;
            }
        }
        return true;
    }

    /** Says how the run could go on where all of its steps are done; empty where they aren't. */
    List<String> hint(RunConfig now) {
        if (done < now.length().steps()) {
            return List.of();
        }
        boolean canGrow = done < Integer.MAX_VALUE / 2 && fits(now.optimizer().rate(), 2 * done);
        return List.of("all " + done + " steps of " + runDir + " are done; for more: "
            + (canGrow ? "--resume " + runDir + " --steps N, to the weights of a run of N steps" : another()));
    }

    private String another() {
        return "a new run goes on from its weights with train --model " + runDir;
    }

    /** Writes the new number into the run's configuration, and what it was before. All else stays as it is. */
    void write(RunDirectory run, int steps) {
        ConfigEdit.apply(run, config -> {
            config.put("steps", steps);
            ArrayNode past = config.withObject("/" + ConfigFile.ABOUT).putArray(RunRecord.STEPS_BEFORE);
            RunRecord.of(run.path()).lengths().stream().filter(length -> !length.equals(String.valueOf(steps)))
                .forEach(length -> past.add(Integer.parseInt(length)));
        });
    }
}
