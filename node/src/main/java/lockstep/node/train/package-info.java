/**
 * The training loop: at each boundary validate, sample and checkpoint where due, then a step in phases that a cluster can spread: gradients of groups, their sum by
 * the tree, average and norm, the decision, the update.
 *
 * <p>
 * The weights after step s are a function of the configuration, the data and the seed; listeners, threads, validation, sampling, stopping and resuming cannot show in
 * them. May import {@code lockstep.common} and the other packages of {@code lockstep.node}.
 */
package lockstep.node.train;
