package lockstep.coordinator.bench;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.IntConsumer;

import com.sun.management.ThreadMXBean;

import lockstep.coordinator.bench.BenchMessages.Order;
import lockstep.coordinator.bench.BenchMessages.Part;
import lockstep.coordinator.bench.BenchNode.Size;

/** Times all-reduces and the baseline in turn, from rank 0. */
public final class AllReduceBenchmark {
    private static final double BYTES_PER_MB = 1e6;

    /**
     * @param medianMs of an all-reduce, until the last rank has its sums
     * @param rawMedianMs of the baseline
     * @param algorithmGBps bytes of the gradient over time
     * @param busGBps 2(N−1)/N times that: what each node sends, and receives
     * @param allocatedMbPerStep what an all-reduce takes from the heap of rank 0, median
     */
    public record Result(int nodes, double mbytes, int steps, double medianMs, double rawMedianMs, double ratioToRaw, double algorithmGBps,
        double busGBps, double allocatedMbPerStep) {}

    /** @param warmUps steps before those that count */
    public record Plan(int warmUps, int steps) {}

    private final BenchNode node;
    private final Size size;
    private final Plan plan;

    /** @param node rank 0; the others have joined */
    public AllReduceBenchmark(BenchNode node, Size size, Plan plan) {
        this.node = node;
        this.size = size;
        this.plan = plan;
    }

    /**
     * @param progress is told each step that is done, warm-ups included
     * @throws IllegalStateException when a sum is wrong
     */
    public Result run(IntConsumer progress) {
        node.runEverywhere(new Order(Part.CONNECT, 0));
        double[] ms = new double[plan.steps()];
        double[] rawMs = new double[plan.steps()];
        double[] allocated = new double[plan.steps()];
        for (int step = 0; step < plan.warmUps() + plan.steps(); step++) {
            double raw = timeMs(Part.RAW, 2 * step);
            long before = allocatedBytes();
            double reduce = timeMs(Part.REDUCE, 2 * step + 1);
            int counted = step - plan.warmUps();
            if (counted >= 0) {
                rawMs[counted] = raw;
                ms[counted] = reduce;
                allocated[counted] = (allocatedBytes() - before) / BYTES_PER_MB;
            }
            progress.accept(step + 1);
        }
        return result(median(ms), median(rawMs), median(allocated));
    }

    private double timeMs(Part part, int step) {
        node.runEverywhere(new Order(Part.PREPARE, step));
        long start = System.nanoTime();
        node.runEverywhere(new Order(part, step));
        double ms = (System.nanoTime() - start) / 1e6;
        int wrong = node.runEverywhere(new Order(Part.CHECK, step));
        if (wrong > 0) {
            throw new IllegalStateException(wrong + " sums are wrong after " + part + " of step " + step);
        }
        return ms;
    }

    private Result result(double ms, double rawMs, double allocated) {
        double bytes = (double) size.floats() * Float.BYTES;
        double algorithm = bytes / ms / 1e6;
        double bus = algorithm * 2 * (size.nodes() - 1) / size.nodes();
        return new Result(size.nodes(), bytes / BYTES_PER_MB, plan.steps(), ms, rawMs, ms / rawMs, algorithm, bus, allocated);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
