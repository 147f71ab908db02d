package lockstep.node.train;

import java.util.OptionalDouble;

/** Measures nothing. */
record NoValidation() implements Validation {
    @Override
    public OptionalDouble lossNats(StopFlag stop) {
        return OptionalDouble.empty();
    }

    @Override
    public int batches() {
        return 0;
    }

    @Override
    public int requestedBatches() {
        return 0;
    }
}
