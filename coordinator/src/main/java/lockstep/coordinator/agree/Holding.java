package lockstep.coordinator.agree;

/**
 * What a node holds between two steps.
 *
 * @param step steps done
 * @param stateDigest of its weights and spike windows
 * @param momentsDigest of AdamW's moments
 */
record Holding(Proposal generation, int step, long stateDigest, long momentsDigest) {}
