/**
 * One Hazelcast member and the view that it has of the others. Configured by code alone, so that no file or environment can open a port, a protocol or a class.
 *
 * <p>
 * Others see {@link Peer}s and a {@link MembershipListener} of ours. May import {@code lockstep.common}, {@code secret} and Hazelcast's public API.
 */
package lockstep.coordinator.member;
