package lockstep.node.bench;

import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * One row of the benchmark.
 *
 * @param setUp takes the memory, and gives what is timed, which is told the number of the run
 */
record Kernel(String name, Work work, Supplier<IntConsumer> setUp) {}
