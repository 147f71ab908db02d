package lockstep.node.jmh;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import lockstep.node.kernel.Kernels;
import lockstep.node.layer.Compute;
import lockstep.node.parallel.Workers;

/** What every benchmark has: threads, kernels, data, and how it is run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class LayerState {
    static final int C = 768;

    final Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
    final Compute compute = new Compute(workers, Kernels.ofThisProcess());

    @TearDown(Level.Trial)
    public void close() {
        workers.close();
    }

    /** Values between −1 and 1 that repeat late. */
    static float[] values(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i * 7919 % 2003 - 1001) / 1001f;
        }
        return x;
    }
}
