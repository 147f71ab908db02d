/**
 * The cluster's secret, and all that is ever derived from it. It never leaves this package: others get HMACs and keys that are bound to a purpose.
 *
 * <p>
 * May import {@code lockstep.common}.
 */
package lockstep.coordinator.secret;
