/**
 * Requests and replies between members, over Hazelcast's executor service: a request is a task that is submitted to one member, its return value the reply. A reply costs fewer copies than a request
 * (three and two in user space, against five and three), so what is large travels as a reply: pull, don't push.
 *
 * <p>
 * <b>Who may call.</b> Before any other message a caller and its peer prove to each other that they know the cluster's secret, by HMACs over fresh random numbers from both sides and both members' ids
 * and addresses; the secret itself never crosses the wire, and whoever can't prove it learns nothing to try guesses against. From then on each request and each reply carries an HMAC under a key
 * of that session, and each request a number that is taken once. Hazelcast's own idea of the caller's identity is not part of its public API and is not relied upon.
 *
 * <p>
 * <b>What that doesn't give.</b> Nothing is encrypted: who listens on the network reads gradients. The bulk of a reply (its floats) is not covered by the HMAC, which would cost more than the transfer: who
 * sits <em>on the path</em> and rewrites packets of an established connection can change floats; who merely sends packets of his own can't. Hazelcast's own protocol stays open to whoever
 * reaches the port and knows the cluster's name: he can be a member, be counted, allocate frames, and disturb. So: loopback, a private network, or an encrypted tunnel.
 *
 * <p>
 * <b>Failures</b> are values ({@link lockstep.coordinator.call.Failure}); a handler that throws is answered as one. Every wait has a {@link lockstep.coordinator.call.Deadline} and a text that says
 * what it waits for, and ends when the peer dies, by Hazelcast's word or by {@link lockstep.coordinator.call.Pulse}. May import {@code lockstep.common}, {@code secret}, {@code member}, SLF4J and Hazelcast's public API.
 */
package lockstep.coordinator.call;
