/**
 * All-reduce of gradients: reduce-scatter, then all-gather, direct between the nodes. Each chunk has one owner, which pulls the other nodes' partial sums of it and adds them by the perfect binary tree over
 * the run's groups; the others then pull the complete sum. A node sends and receives 2(N−1)/N·S bytes when each node's groups are one aligned subtree.
 *
 * <p>
 * <b>Bits.</b> Which two partials are added is a matter of their place in the tree and never of which came first, so that the sum has the bits that one node alone would get. Chunks are a constant
 * of the model ({@link lockstep.common.model.Chunks}); how many travel in one message shows nowhere.
 *
 * <p>
 * May import {@code lockstep.common}, {@code member} and {@code call}; nothing of Hazelcast.
 */
package lockstep.coordinator.exchange;
