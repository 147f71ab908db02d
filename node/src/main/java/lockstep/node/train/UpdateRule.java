package lockstep.node.train;

import lockstep.node.optimizer.LayerNorms;

/** The optimizer: changes weights and moments of the state by one step. */
@FunctionalInterface
public interface UpdateRule {
    /**
     * @param state whose step() is the number of this update, from 0
     * @param grads averaged gradient, not yet clipped
     * @param gradScale what to multiply grads by
     * @return norms of this update by layer, for reports alone; the next update overwrites them
     */
    LayerNorms apply(TrainingState state, float[] grads, float lr, float gradScale);
}
