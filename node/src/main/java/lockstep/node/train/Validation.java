package lockstep.node.train;

import java.util.OptionalDouble;

/** Measures the loss on held-out data. */
public interface Validation {
    /**
     * Mean loss in nats over the same {@link #batches} batches at every call; empty where the flag was raised before the last of them.
     */
    OptionalDouble lossNats(StopFlag stop);

    /** Batches that are measured: what was asked for, or all that the data has where that is less. */
    int batches();

    /** Batches that were asked for. */
    int requestedBatches();

    /** For runs that never validate. */
    static Validation none() {
        return new NoValidation();
    }
}
