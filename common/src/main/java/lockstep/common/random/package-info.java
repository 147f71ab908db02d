/**
 * Random numbers that other programs draw too: PyTorch's and llm.c's generators, to the bit.
 *
 * <p>
 * May import the JDK alone.
 */
package lockstep.common.random;
