package lockstep.node.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

import lockstep.common.config.AdamWSettings;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.node.optimizer.AdamW;

/** An update of all parameters. */
public class AdamWBenchmark extends LayerState {
    private static final int V = 50257;
    private static final float GRADIENT = 1e-3f;
    private static final float LEARNING_RATE = 1e-4f;

    @Param({"d6", "d12"})
    private String model;

    private AdamW adamW;
    private float[] params;
    private float[] grads;
    private float[] m;
    private float[] v;
    private int step;

    @Setup
    public void setUp() {
        ParameterLayout layout = new ParameterLayout(ModelShape.named(model, V));
        adamW = new AdamW(AdamWSettings.DEFAULT, layout, workers, compute.kernels());
        params = values(layout.count());
        grads = new float[layout.count()];
        for (int i = 0; i < grads.length; i++) {
            grads[i] = GRADIENT * params[i];
        }
        m = new float[layout.count()];
        v = new float[layout.count()];
    }

    @Benchmark
    public void step() {
        adamW.step(params, grads, m, v, step++, LEARNING_RATE, 1f);
    }
}
