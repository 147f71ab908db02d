package lockstep.coordinator.agree;

import lockstep.coordinator.member.Peer;

/**
 * A node of a generation.
 *
 * @param fetches whether it takes the state from others first; it has no groups in the generation's first step
 * @param microBatchMs its pure compute time for a micro-batch, 0 where it was never measured
 */
record Seat(Peer peer, boolean fetches, double microBatchMs) {}
