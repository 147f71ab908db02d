/**
 * JMH benchmarks of single layers at GPT-2 124M's width, on all processors: time, and what a call takes from the heap, which should be nothing.
 * {@code lockstep bench kernels} has all kernels at any shape; this has JMH's statistics.
 */
package lockstep.node.jmh;
