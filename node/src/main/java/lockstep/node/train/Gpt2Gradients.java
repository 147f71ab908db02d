package lockstep.node.train;

import java.util.function.BooleanSupplier;

import lockstep.common.model.FinalRanges;
import lockstep.common.timing.Spans;
import lockstep.node.model.Gpt2;
import lockstep.node.parallel.Workers;

/** {@link Gpt2} as the loop sees it. */
record Gpt2Gradients(Gpt2 model, Workers workers) implements GradientSource {
    @Override
    public double gradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
        return model.gradient(grads, tokens, targets, interrupted, finals);
    }

    @Override
    public double accumulate(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
        return model.accumulateGradient(grads, tokens, targets, interrupted, finals);
    }

    @Override
    public double loss(int[] tokens, int[] targets) {
        return model.loss(tokens, targets);
    }

    @Override
    public void tell(Spans spans) {
        model.phases().tell(spans);
    }

    @Override
    public long work() {
        return workers.regions();
    }

    @Override
    public long forwardNs() {
        return model.phases().forwardNs();
    }
}
