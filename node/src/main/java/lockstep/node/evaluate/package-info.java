/**
 * What a model knows beyond its loss.
 *
 * <p>
 * May import {@code lockstep.common}, {@code lockstep.node.model} and {@code lockstep.node.parallel}.
 */
package lockstep.node.evaluate;
