package lockstep.node.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.node.kernel.Kernels;
import lockstep.node.layer.Compute;
import lockstep.node.parallel.Workers;

/**
 * Times each kernel of a training step by itself, at a model's shapes, one after the other and on all threads. Weights and their gradients are taken layer by layer
 * in turn; activations are the same ones each time, so that what fits the caches may pass the memory's bandwidth. So may what
 * reads more than it writes, by a little: the bandwidth is that of a copy.
 */
public final class KernelBenchmark {
    /**
     * @param B sequences of the batch
     * @param T tokens of a sequence
     * @param filter part of the names of the kernels to time, in any case; empty for all of them
     * @param secondsPerKernel how long each is repeated, at least five times
     */
    public record Plan(ModelShape shape, int B, int T, String filter, double secondsPerKernel) {}

    /**
     * @param kernel its name
     * @param work of one run, in operations or bytes
     * @param unit GFLOP/s or GB/s, of rate
     * @param rate at the median
     * @param shareOfPeak of the machine's fp32 peak, or of its bandwidth in a copy
     */
    public record Row(String kernel, int repetitions, double medianUs, double work, String unit, double rate, double shareOfPeak) {}

    private final Plan plan;
    private final List<Kernel> kernels;

    /** @throws UserError when no kernel's name contains the filter */
    public KernelBenchmark(Plan plan, Workers workers) {
        Compute compute = new Compute(workers, Kernels.ofThisProcess());
        ModelArrays arrays = new ModelArrays(plan.shape());
        int expanded = Math.multiplyExact(Math.multiplyExact(plan.B(), plan.T()), 4 * plan.shape().C());
        List<Kernel> all = Stream.concat(LayerKernels.of(compute, arrays, plan.B(), plan.T()).stream(),
            ArrayKernels.of(compute, arrays, expanded).stream()).toList();
        this.plan = plan;
        this.kernels = all.stream().filter(kernel -> kernel.name().contains(plan.filter().toLowerCase(Locale.ROOT))).toList();
        if (kernels.isEmpty()) {
            throw new UserError("--filter: found " + plan.filter() + ", expected a part of one of "
                + String.join(", ", all.stream().map(Kernel::name).toList()));
        }
    }

    /** How many kernels {@link #run} times. */
    public int count() {
        return kernels.size();
    }

    /** @param progress is told each row as soon as it is there */
    public List<Row> run(MachinePeak machine, Consumer<Row> progress) {
        List<Row> rows = new ArrayList<>();
        for (Kernel kernel : kernels) {
            Timing timing = Timing.of(kernel.setUp().get(), plan.secondsPerKernel());
            rows.add(row(kernel, timing, machine));
            progress.accept(rows.getLast());
        }
        return rows;
    }

    private static Row row(Kernel kernel, Timing timing, MachinePeak machine) {
        Work work = kernel.work();
        double rate = work.amount() / timing.medianNs();
        double peak = switch (work.limit()) {
            case ARITHMETIC -> machine.gflops();
            case MEMORY -> machine.copyGBytesPerSecond();
        };
        return new Row(kernel.name(), timing.repetitions(), timing.medianNs() / 1e3, work.amount(), work.limit().unit(), rate, rate / peak);
    }
}
