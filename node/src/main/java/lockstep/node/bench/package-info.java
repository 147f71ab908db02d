/**
 * What the machine can do, and how much of it a training step and each of its kernels use.
 *
 * <p>
 * May import the rest of {@code lockstep.node} and {@code lockstep.common}. Nothing else imports it but {@code lockstep.deploy}.
 */
package lockstep.node.bench;
