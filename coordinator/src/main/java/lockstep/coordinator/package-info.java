/**
 * The cluster: membership, calls, all-reduce, state transfer, agreement. All of Hazelcast lives below this package and nowhere else.
 *
 * <pre>
 * secret ← member ← call ← exchange ← agree, bench
                   call ← transfer ← agree
 *                 call ← report
 * </pre>
 *
 * <p>
 * May import {@code lockstep.common}, SLF4J and Hazelcast's public API ({@code com.hazelcast.internal} and {@code com.hazelcast.spi.impl} are not); never
 * {@code lockstep.node} nor {@code lockstep.deploy}.
 */
package lockstep.coordinator;
