package lockstep.coordinator.agree;

/**
 * A node holds the averaged gradient of a step.
 *
 * @param stateDigest of its weights before the update
 * @param gradientDigest of the averaged gradient
 * @param lossesNats (M), those that it computed, 0 elsewhere
 * @param microBatchMs its pure compute time for a micro-batch, 0 where it computed none
 * @param leaving whether it wants to leave after this step
 */
record Ready(Proposal generation, int step, long stateDigest, long gradientDigest, double[] lossesNats, double microBatchMs,
    boolean leaving) {}
