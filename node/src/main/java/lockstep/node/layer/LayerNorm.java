package lockstep.node.layer;

import lockstep.node.kernel.ElementKernels.Columns;
import lockstep.node.parallel.Split;

/** LayerNorm over channels with ε = 1e-5 and the biased variance, as GPT-2 has it. */
public final class LayerNorm {
    private final Compute compute;
    private final int rows;
    private final int C;

    /** @param rows B·T */
    public LayerNorm(Compute compute, int rows, int C) {
        this.compute = compute;
        this.rows = rows;
        this.C = C;
    }

    /**
     * @param out (rows,C)
     * @param mean (rows) out
     * @param rstd (rows) out
     * @param inp (rows,C)
     * @param params holds the weight (C) from wOffset and the bias (C) from bOffset
     */
    public void forward(float[] out, float[] mean, float[] rstd, float[] inp, float[] params, int wOffset, int bOffset) {
        Split split = compute.split(rows, 1);
        compute.workers().run(split.parts(), (task, slot) -> {
            for (int row = split.start(task); row < split.end(task); row++) {
                compute.kernels().rows().layerNorm(out, mean, rstd, inp, params, wOffset, bOffset, row, C);
            }
        });
    }

    /**
     * Adds to dinp and to the gradients of weight and bias.
     *
     * @param dinp (rows,C)
     * @param grads like params
     * @param dout (rows,C)
     * @param inp (rows,C), mean (rows), rstd (rows) of the forward pass
     */
    public void backward(float[] dinp, float[] grads, float[] dout, float[] inp, float[] mean, float[] rstd, float[] params, int wOffset,
        int bOffset) {
        Split split = compute.split(rows, 1);
        compute.workers().run(split.parts(), (task, slot) -> {
            for (int row = split.start(task); row < split.end(task); row++) {
                compute.kernels().rows().layerNormBackward(dinp, dout, inp, mean, rstd, params, wOffset, row, C);
            }
        });
        Split columns = compute.split(C, Compute.LINE);
        compute.workers().run(columns.parts(), (task, slot) -> compute.kernels().elements().layerNormColumns(grads, wOffset, bOffset, dout,
            inp, mean, rstd, rows, C, new Columns(columns.start(task), columns.end(task))));
    }
}
