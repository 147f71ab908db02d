/**
 * The layers of a GPT-2, each with its forward and backward pass in one file: kernels run in parallel over rows, heads or columns.
 *
 * <p>
 * Conventions. Forward overwrites its outputs; backward adds to the gradients of parameters and of the residual stream and overwrites the gradients of
 * intermediate activations; where it differs the javadoc says so. A task owns what it writes, so the bits do not depend on how work was split. May import
 * {@code lockstep.node.kernel} and {@code lockstep.node.parallel}.
 */
package lockstep.node.layer;
