package lockstep.deploy.train;

import java.util.OptionalDouble;

import lockstep.node.train.StopFlag;
import lockstep.node.train.Validation;

/** For a run without held-out data. */
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
