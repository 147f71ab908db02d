/**
 * What a step's time is divided into, and the seam by which whoever does a part of it says so: {@link lockstep.common.timing.Phase}, {@link lockstep.common.timing.StepTimer}. Nothing
 * here reads a clock for a decision: what is measured goes to people alone and never into the bits.
 *
 * <p>
 * May import the JDK.
 */
package lockstep.common.timing;
