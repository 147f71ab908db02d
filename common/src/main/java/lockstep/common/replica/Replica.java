package lockstep.common.replica;

import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.FinalRanges;

/**
 * A node's copy of the training state, and all that a step does with it. For the thread of the training loop alone, but for what says otherwise.
 *
 * <p>
 * A step: {@link #begin}, {@link #sum} of this node's subtrees of groups, the averaged gradient of all groups into {@code partial(0)} by whatever way, {@link #commit}.
 */
public interface Replica {
    BatchPlan batch();

    /** Floats of the weights, and of a gradient. */
    int parameters();

    /** Steps done. */
    int step();

    /**
     * Whether this node is to end after the step under way, before the run is over. Where it leads the run stops there for all, else the others go on.
     * Any thread.
     */
    default boolean endsAfterThisStep() {
        return false;
    }

    /** A step begins. */
    void begin();

    /** A gradient-sized array that partial sums go to; the first one is where the averaged gradient of a step has to be. Made when first asked for. */
    float[] partial(int index);

    /**
     * Overwrites partial(index) with the sum over the groups [firstGroup, firstGroup + 2^level) at the weights as they are, and the later ones of those arrays with what comes up on the way.
     *
     * @param firstGroup a multiple of 2^level
     * @param interrupted looked at now and then
     * @param finals hears, during the last backward pass, which floats of partial(index) are final; may have them overwritten from then on
     * @return false when it was interrupted; the arrays are then worthless
     */
    boolean sum(int firstGroup, int level, int index, BooleanSupplier interrupted, FinalRanges finals);

    /** Loss in nats of each micro-batch that the last {@link #sum}s computed: (M), the replica's own array. */
    double[] lossesNats();

    /** Time spent in {@link #sum} since {@link #begin}. */
    long computeNs();

    /** Divides values of a sum over all groups by M; the sum's one division. Any thread. */
    void divide(float[] values, int offset, int count);

    /** Divides the sum in partial(0) by M; returns the norm of the quotient as {@link #gradNorm} does. */
    double average();

    /** Global L2 norm of the averaged gradient in partial(0), summed in double in an order that is a constant of the model. */
    double gradNorm();

    /** A checksum of partial(0): any single flipped bit changes it. */
    long gradientDigest();

    /** A checksum of weights and spike windows: any single flipped bit in the weights changes it. */
    long stateDigest();

    /** A checksum of AdamW's two moments, which {@link #stateDigest} says nothing of: any single flipped bit changes it. */
    long momentsDigest();

    /** Whether the leading node writes or tells something of the state after so many steps: the run ends there, or a validation, a sample or a checkpoint is due. The same on all nodes of a run. */
    boolean showsAt(int step);

    /** Lowest validation loss known here. */
    OptionalDouble bestValLossNats();

    /**
     * Updates the state with the averaged gradient in partial(0). Numbers and no {@link Commit}, since a step on one node makes no objects.
     *
     * @param step where the replica stands, the number of the update
     * @param lossNats mean over the step's micro-batches
     * @param norm global L2 norm of the averaged gradient
     * @param bestValLossNats lowest validation loss that the leading node has measured
     * @throws lockstep.common.UserError when loss or norm is not finite, before anything changes
     */
    void commit(int step, double lossNats, double norm, OptionalDouble bestValLossNats);

    /** {@link #commit} of what many nodes have agreed on. */
    default void commit(Commit commit) {
        commit(commit.step(), commit.lossNats(), commit.gradNorm(), commit.bestValLossNats());
    }

    /** Rises as long as this node computes anything, a validation too: by how much says nothing. Any thread. */
    long work();

    /** Says which checkpoint is the newest, for errors. */
    String newestCheckpoint();

    /** Weights, AdamW's first and second moment: the arrays themselves. They change in {@link #commit} and {@link #restore} alone. Any thread. */
    float[][] tensors();

    /** All of the state that is in no tensor. Any thread, between two changes of the state. */
    byte[] progress();

    /**
     * The tensors have been overwritten with those of another node: what goes with them.
     *
     * @param progress of that node
     */
    void restore(byte[] progress);
}
