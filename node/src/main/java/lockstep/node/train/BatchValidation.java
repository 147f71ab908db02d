package lockstep.node.train;

import java.util.OptionalDouble;

import lockstep.node.data.ValidationBatches;

/** The mean over the first batches of the validation data, summed in double by index of the batch. */
public final class BatchValidation implements Validation {
    private final ValidationBatches data;
    private final GradientSource model;
    private final int[] tokens; // (B,T)
    private final int[] targets; // (B,T)

    /** @param tokensPerBatch B·T */
    public BatchValidation(ValidationBatches data, GradientSource model, int tokensPerBatch) {
        this.data = data;
        this.model = model;
        this.tokens = new int[tokensPerBatch];
        this.targets = new int[tokensPerBatch];
    }

    @Override
    public OptionalDouble lossNats(StopFlag stop) {
        double sumNats = 0;
        for (int i = 0; i < data.count(); i++) {
            if (stop.raised()) {
                return OptionalDouble.empty();
            }
            data.fill(i, tokens, targets);
            sumNats += model.loss(tokens, targets);
        }
        return OptionalDouble.of(sumNats / data.count());
    }

    @Override
    public int batches() {
        return data.count();
    }

    @Override
    public int requestedBatches() {
        return data.requested();
    }
}
