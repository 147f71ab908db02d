/**
 * The seam between a copy of the training state and whatever brings several copies into agreement: {@link lockstep.common.replica.Replica} is what a node can do with its copy,
 * {@link lockstep.common.replica.Agreement} how a step comes about among the nodes. The loop calls the agreement, the agreement calls the replica. A node by itself is the trivial
 * agreement.
 *
 * <p>
 * May import {@code lockstep.common.config} and {@code lockstep.common.model}.
 */
package lockstep.common.replica;
