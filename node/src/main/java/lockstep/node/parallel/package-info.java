/**
 * One pool of threads for all kernels of a node, and the splitting of ranges into tasks.
 *
 * <p>
 * Every task owns the values that it writes, so results never depend on the number of threads or on which thread took which task. May import the JDK alone.
 */
package lockstep.node.parallel;
