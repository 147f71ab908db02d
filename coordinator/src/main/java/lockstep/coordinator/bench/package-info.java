/**
 * The all-reduce against what the same machine does without Hazelcast: plain sockets, in the same processes, in turn.
 *
 * <p>
 * May import {@code lockstep.common} and the other packages of the coordinator; nothing of Hazelcast.
 */
package lockstep.coordinator.bench;
