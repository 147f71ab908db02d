/**
 * Brings the replicas of a run to the same state after each step, whoever comes and goes.
 *
 * <p>
 * A <b>generation</b> is a list of nodes that train together, the oldest first, which leads. Within a generation each step is: gradients of this node's groups, the exchange, READY with checksums and
 * losses to the leader, COMMIT to all, the update. Nobody commits unless all of the generation hold the same averaged gradient.
 *
 * <p>
 * <b>One procedure</b> serves the start, a death, a join, a leave and a heal: {@link lockstep.coordinator.agree.Formation}. The oldest node proposes generation g, everybody who agrees drops what it does and
 * reports where it stands; the highest step is the generation's; who is one step behind and holds that step's gradient applies its COMMIT; who is further behind, or has no state, takes it from the others while they compute
 * (see {@code transfer}). A step that nobody applied is done again: the averaged gradient is a function of weights and step alone, so it comes out the same.
 *
 * <p>
 * <b>Threads.</b> Everything that waits happens on the thread of the training loop; handlers of requests note in {@link lockstep.coordinator.agree.NodeState} what came and answer at once. May import
 * {@code lockstep.common}, {@code member}, {@code call}, {@code exchange} and {@code transfer}; nothing of Hazelcast.
 */
package lockstep.coordinator.agree;
