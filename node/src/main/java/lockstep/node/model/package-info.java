/**
 * GPT-2: the layers put together, the memory that they work in, and the initial weights.
 *
 * <p>
 * May import {@code lockstep.common}, {@code lockstep.node.layer}, {@code lockstep.node.kernel} and {@code lockstep.node.parallel}. Knows nothing of training steps.
 */
package lockstep.node.model;
