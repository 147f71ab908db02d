package lockstep.node.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

import lockstep.node.layer.Gelu;

public class GeluBenchmark extends LayerState {
    @Param({"256", "4096"})
    private int rows;

    private Gelu layer;
    private float[] inp; // (rows,4C)
    private float[] out; // (rows,4C)

    @Setup
    public void setUp() {
        layer = new Gelu(compute, rows * 4 * C);
        inp = values(rows * 4 * C);
        out = new float[inp.length];
    }

    @Benchmark
    public void forward() {
        layer.forward(out, inp);
    }
}
