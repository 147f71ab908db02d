package lockstep.node.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

import lockstep.node.layer.Attention;

public class AttentionBenchmark extends LayerState {
    private static final int B = 4;
    private static final int NH = 12;

    @Param({"64", "1024"})
    private int T;

    private Attention layer;
    private float[] qkv; // (B,T,3C)
    private float[] dqkv; // (B,T,3C)
    private float[] out; // (B,T,C)
    private float[] dout; // (B,T,C)
    private float[] max; // (B,NH,T)
    private float[] inverseSum; // (B,NH,T)

    @Setup
    public void setUp() {
        layer = new Attention(compute, B, T, NH, C);
        qkv = values(B * T * 3 * C);
        dqkv = new float[qkv.length];
        out = new float[B * T * C];
        dout = values(B * T * C);
        max = new float[B * NH * T];
        inverseSum = new float[B * NH * T];
        layer.forward(out, max, inverseSum, qkv);
    }

    @Benchmark
    public void forward() {
        layer.forward(out, max, inverseSum, qkv);
    }

    @Benchmark
    public void backward() {
        layer.backward(dqkv, dout, out, max, inverseSum, qkv);
    }
}
