package lockstep.node.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

import lockstep.node.layer.Into;
import lockstep.node.layer.Linear;

/** The three orientations of a product, at the shape of the expanding layer: inp·Wᵀ, dout·W, doutᵀ·inp. */
public class LinearBenchmark extends LayerState {
    private static final int OC = 4 * C;

    @Param({"256", "1024"})
    private int rows;

    private Linear layer;
    private float[] out; // (rows,OC)
    private float[] inp; // (rows,C)
    private float[] dinp; // (rows,C)
    private float[] params; // weight (OC,C), bias (OC)
    private float[] grads; // like params

    @Setup
    public void setUp() {
        layer = new Linear(compute, rows, C, OC);
        out = values(rows * OC);
        inp = values(rows * C);
        dinp = new float[rows * C];
        params = values(OC * C + OC);
        grads = new float[params.length];
    }

    @Benchmark
    public void forward() {
        layer.forward(out, inp, params, 0, OC * C);
    }

    @Benchmark
    public void backwardInput() {
        layer.backwardInput(dinp, out, params, 0);
    }

    @Benchmark
    public void backwardWeights() {
        layer.backwardWeights(grads, out, inp, 0, OC * C, Into.ADD);
    }
}
