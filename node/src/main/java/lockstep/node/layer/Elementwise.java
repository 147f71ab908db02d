package lockstep.node.layer;

import lockstep.node.parallel.Split;

/** GELU and the residual connection, in parallel over the elements of whole arrays. */
public final class Elementwise {
    private final Compute compute;

    public Elementwise(Compute compute) {
        this.compute = compute;
    }

    /** out[i] = gelu(inp[i]) for n values. */
    public void gelu(float[] out, float[] inp, int n) {
        Split split = compute.split(n, Compute.LINE);
        compute.workers().run(split.parts(),
            (task, slot) -> compute.kernels().elements().gelu(out, inp, split.start(task), split.end(task)));
    }

    /** Overwrites dinp[i] = dout[i]·gelu'(inp[i]) for n values; dinp may be dout. */
    public void geluBackward(float[] dinp, float[] dout, float[] inp, int n) {
        Split split = compute.split(n, Compute.LINE);
        compute.workers().run(split.parts(),
            (task, slot) -> compute.kernels().elements().geluBackward(dinp, dout, inp, split.start(task), split.end(task)));
    }

    /** out[i] = a[i] + b[i] for n values. Its backward pass is the identity to both. */
    public void add(float[] out, float[] a, float[] b, int n) {
        Split split = compute.split(n, Compute.LINE);
        compute.workers().run(split.parts(), (task, slot) -> {
            int from = split.start(task);
            compute.kernels().elements().add(out, from, a, from, b, from, split.end(task) - from);
        });
    }
}
