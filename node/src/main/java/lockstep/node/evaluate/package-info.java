/**
 * What a model knows beyond its loss.
 *
 * <p>
 * May import {@code lockstep.common} and {@code lockstep.node.data}; a model is a {@link lockstep.node.evaluate.TokenLosses}.
 */
package lockstep.node.evaluate;
