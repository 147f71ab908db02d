package lockstep.common.checkpoint;

import java.util.OptionalDouble;

import com.fasterxml.jackson.annotation.JsonInclude;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;

/** What {@code progress.json} holds: the part of a {@link Snapshot} that is no array of weights. Absent numbers are left out of the file. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Progress(int step, Double bestValLossNats, String tokenizer, WindowState lossWindow, WindowState gradWindow) {
    Progress {
        if (tokenizer == null || lossWindow == null || gradWindow == null || lossWindow.values() == null || gradWindow.values() == null) {
            throw new UserError("tokenizer, lossWindow and gradWindow must be there");
        }
    }

    static Progress of(Snapshot s) {
        Double best = s.bestValLossNats().isPresent() ? Double.valueOf(s.bestValLossNats().getAsDouble()) : null;
        return new Progress(s.step(), best, s.tokenizer(), s.lossWindow(), s.gradWindow());
    }

    Snapshot snapshot(ModelShape shape, float[] params, float[] m, float[] v) {
        OptionalDouble best = bestValLossNats == null ? OptionalDouble.empty() : OptionalDouble.of(bestValLossNats);
        return new Snapshot(shape, step, params, m, v, lossWindow, gradWindow, best, tokenizer);
    }

    /** Whether training goes on alike from both. */
    boolean sameState(Progress other) {
        return step == other.step && tokenizer.equals(other.tokenizer) && lossWindow.equals(other.lossWindow)
            && gradWindow.equals(other.gradWindow);
    }
}
