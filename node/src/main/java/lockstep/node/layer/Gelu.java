package lockstep.node.layer;

import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** GELU by itself, for outputs that were not kept; elsewhere it is fused with the products around it. */
public final class Gelu {
    private final Compute compute;
    private final Split split;
    private final Workers.Task forwardTask = this::forwardPart;
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private float[] out;
    private float[] inp;

    /** @param n values */
    public Gelu(Compute compute, int n) {
        this.compute = compute;
        this.split = compute.split(n, Compute.LINE);
    }

    /** out[i] = gelu(inp[i]) for all values. */
    public void forward(float[] out, float[] inp) {
        this.out = out;
        this.inp = inp;
        compute.workers().run(split.parts(), forwardTask);
    }

    private void forwardPart(int task, int slot) {
        compute.kernels().elements().gelu(out, inp, split.start(task), split.end(task));
    }
}
