package lockstep.node.train;

import java.util.function.LongSupplier;

import lockstep.common.UserError;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.timing.StepTimer;
import lockstep.node.kernel.Kernels;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.optimizer.AdamW;
import lockstep.node.optimizer.ChunkDigest;
import lockstep.node.optimizer.GradientSums;
import lockstep.node.optimizer.LayerNorms;
import lockstep.node.parallel.Workers;

/**
 * What a step is computed with.
 *
 * @param nanoClock monotonic time in ns, for reports alone
 * @param timer takes the times of each step
 */
public record Engine(GradientSource model, GradientArithmetic sums, UpdateRule update, LongSupplier nanoClock, StepTimer timer) {
    /** One whose times nobody takes. */
    public Engine(GradientSource model, GradientArithmetic sums, UpdateRule update, LongSupplier nanoClock) {
        this(model, sums, update, nanoClock, StepTimer.NONE);
    }

    /**
     * GPT-2 and AdamW on the state's own arrays. Takes the memory for activations.
     *
     * @throws UserError when the sequences are longer than the model's context
     */
    public static Engine gpt2(TrainingState state, BatchPlan plan, AdamWSettings settings, Recompute recompute, Workers workers) {
        ModelShape shape = state.shape();
        if (plan.T() > shape.maxT()) {
            throw new UserError("--seq-len must be at most the model's longest context " + shape.maxT() + ", found " + plan.T());
        }
        Kernels kernels = Kernels.ofThisProcess();
        Gpt2 model = new Gpt2(shape, plan.B(), plan.T(), state.params(), workers, recompute);
        AdamW adamW = new AdamW(settings, new ParameterLayout(shape), workers, kernels);
        UpdateRule update =
            (s, grads, lr, gradScale) -> adamW.step(s.params(), grads, s.m(), s.v(), s.step(), lr, gradScale);
        return new Engine(new Gpt2Gradients(model, workers), new KernelSums(new GradientSums(workers, kernels), new ChunkDigest(workers)),
            update,
            System::nanoTime);
    }

    /** The same, which calls back after each update of the weights. */
    public Engine after(Runnable updated) {
        return new Engine(model, sums, (state, grads, lr, gradScale) -> {
            LayerNorms norms = update.apply(state, grads, lr, gradScale);
            updated.run();
            return norms;
        }, nanoClock, timer);
    }

    /** The same, whose times are taken. */
    public Engine timed(StepTimer by) {
        model.tell(by);
        return new Engine(model, sums, update, nanoClock, by);
    }
}
