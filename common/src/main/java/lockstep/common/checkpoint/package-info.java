/**
 * Checkpoints: a directory a step, complete or invisible.
 *
 * <p>
 * May import {@code lockstep.common}, {@code lockstep.common.filekind}, {@code lockstep.common.model} and {@code lockstep.common.format}.
 */
package lockstep.common.checkpoint;
