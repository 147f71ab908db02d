/**
 * Gives a node the training state of a step: pulled in pieces from all nodes that have it, while those compute (they change it only once the one that pulls is READY), then compared by SHA-256.
 *
 * <p>
 * May import {@code lockstep.common}, {@code member} and {@code call}; nothing of Hazelcast.
 */
package lockstep.coordinator.transfer;
