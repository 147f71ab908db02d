package lockstep.common.timing;

import java.util.Locale;

/**
 * What a node's time goes to. Of the phases of a step each step gives one duration, the sum of all its parts: those of {@link #PARTS} add up to {@link #STEP}. The others are counted
 * as they come.
 */
public enum Phase {
    /** From a step's begin to its updated weights. */
    STEP,
    /** A step without its waiting: what tells a straggler from those that wait for it. */
    COMPUTE,
    /** Filling micro-batches. */
    DATA,
    /** Forward passes, the classifier's left out. */
    FORWARD,
    /** The classifier and the backward passes. */
    BACKWARD,
    /** Sums of groups, the average, its norm and checksums: what of a step is no other part. */
    REDUCE,
    /** From this node's own sums to those of all. */
    EXCHANGE_WAIT,
    /** From this node's READY to the COMMIT. */
    COMMIT_WAIT,
    /** The update. */
    ADAMW,
    /** Giving chunks to other nodes, on other threads than the step's: no part of it, and may exceed it. */
    EXCHANGE_SERVICE,
    /** The loop stands still for a checkpoint. */
    CHECKPOINT_STALL,
    /** The loop stands still for a validation or an examination. */
    VALIDATION,
    /** The whole process stands still, whatever for: garbage collection, safepoints, a machine that gives its time to others. */
    PAUSE;

    private static final Phase[] PARTS = {DATA, FORWARD, BACKWARD, REDUCE, EXCHANGE_WAIT, COMMIT_WAIT, ADAMW};

    private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Its name in logs and tables. */
    public String tag() {
        return tag;
    }

    /** Those that a step consists of, in its order. */
    public static Phase[] parts() {
        return PARTS.clone();
    }
}
