/**
 * Checkpoints: a directory a step, complete or invisible.
 *
 * <p>
 * May import {@code lockstep.common}, {@code lockstep.common.filekind}, {@code lockstep.common.model}, {@code lockstep.common.format}, and of {@code lockstep.common.replica} what a node ends with that gives up.
 */
package lockstep.common.checkpoint;
