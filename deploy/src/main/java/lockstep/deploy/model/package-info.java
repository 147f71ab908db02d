/**
 * Models that lie on disk, for the commands that use one without training it.
 *
 * <p>
 * May import {@code lockstep.common} and {@code lockstep.node}.
 */
package lockstep.deploy.model;
