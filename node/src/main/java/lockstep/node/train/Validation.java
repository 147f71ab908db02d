package lockstep.node.train;

/** Measures the loss on held-out data. */
public interface Validation {
    /** Mean loss in nats over the same {@link #batches} batches at every call. */
    double lossNats();

    /** Batches that are measured: what was asked for, or all that the data has where that is less. */
    int batches();

    /** Batches that were asked for. */
    int requestedBatches();
}
