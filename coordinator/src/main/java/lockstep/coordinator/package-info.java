/**
 * The cluster: membership, all-reduce, commit, state transfer, merged reports. All of Hazelcast will live in this module and nowhere else.
 *
 * <p>
 * May import {@code lockstep.common} and Hazelcast; never {@code lockstep.node} nor {@code lockstep.deploy}. Empty until training leaves the single machine.
 */
package lockstep.coordinator;
