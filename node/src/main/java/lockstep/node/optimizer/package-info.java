/**
 * What turns a summed gradient into the next weights: averaging, the global norm, AdamW.
 *
 * <p>
 * May import {@code lockstep.common}, {@code lockstep.node.kernel} and {@code lockstep.node.parallel}.
 */
package lockstep.node.optimizer;
