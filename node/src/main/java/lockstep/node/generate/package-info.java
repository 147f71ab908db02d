/**
 * Text from a model: the prompt's tokens many at a time and then one after the other, with a cache of keys and values, and the choice of the next token.
 *
 * <p>
 * May import {@code lockstep.common}, {@code lockstep.node.kernel}, {@code lockstep.node.layer}, {@code lockstep.node.model} and {@code lockstep.node.parallel}. Not on the training path.
 */
package lockstep.node.generate;
