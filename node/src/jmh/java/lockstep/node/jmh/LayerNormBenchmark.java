package lockstep.node.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

import lockstep.node.layer.LayerNorm;

public class LayerNormBenchmark extends LayerState {
    @Param({"256", "4096"})
    private int rows;

    private LayerNorm layer;
    private float[] inp; // (rows,C)
    private float[] out; // (rows,C)
    private float[] dinp; // (rows,C)
    private float[] mean; // (rows)
    private float[] rstd; // (rows)
    private float[] params; // weight (C), bias (C)
    private float[] grads; // like params

    @Setup
    public void setUp() {
        layer = new LayerNorm(compute, rows, C);
        inp = values(rows * C);
        out = new float[rows * C];
        dinp = new float[rows * C];
        mean = new float[rows];
        rstd = new float[rows];
        params = values(2 * C);
        grads = new float[2 * C];
        layer.forward(out, mean, rstd, inp, params, 0, C);
    }

    @Benchmark
    public void forward() {
        layer.forward(out, mean, rstd, inp, params, 0, C);
    }

    @Benchmark
    public void backward() {
        layer.backwardFirst(dinp, grads, out, inp, mean, rstd, params, 0, C);
    }
}
