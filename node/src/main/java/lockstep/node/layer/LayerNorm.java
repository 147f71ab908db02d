package lockstep.node.layer;

import java.util.Arrays;

import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** LayerNorm over channels with ε = 1e-5 and the biased variance, as GPT-2 has it. */
public final class LayerNorm {
    /** Columns of a task of the weights' gradient, in cache lines. */
    private static final int COLUMN_LINES = 2;

    private final Compute compute;
    private final int rows;
    private final int C;
    private final Split rowSplit;
    private final Split columnSplit;
    private final Workers.Task forwardTask = this::forwardRows;
    private final Workers.Task backwardTask = this::backwardRows;
    private final Workers.Task columnTask = this::backwardColumns;
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private float[] out;
    private float[] mean;
    private float[] rstd;
    private float[] inp;
    private float[] params;
    private int wOffset;
    private int bOffset;
    private float[] dinp;
    private float[] grads;
    private float[] dout;
    private boolean overwrite;

    /** @param rows B·T */
    public LayerNorm(Compute compute, int rows, int C) {
        this.compute = compute;
        this.rows = rows;
        this.C = C;
        this.rowSplit = compute.split(rows, 1);
        this.columnSplit = compute.split(C, COLUMN_LINES * Compute.LINE);
    }

    /**
     * @param out (rows,C)
     * @param mean (rows) out
     * @param rstd (rows) out
     * @param inp (rows,C)
     * @param params holds the weight (C) from wOffset and the bias (C) from bOffset
     */
    public void forward(float[] out, float[] mean, float[] rstd, float[] inp, float[] params, int wOffset, int bOffset) {
        this.out = out;
        this.mean = mean;
        this.rstd = rstd;
        this.inp = inp;
        this.params = params;
        this.wOffset = wOffset;
        this.bOffset = bOffset;
        compute.workers().run(rowSplit.parts(), forwardTask);
    }

    private void forwardRows(int task, int slot) {
        for (int row = rowSplit.start(task); row < rowSplit.end(task); row++) {
            compute.kernels().rows().layerNorm(compute.lanes(slot), out, mean, rstd, inp, params, wOffset, bOffset, row, C);
        }
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
        backward(dinp, grads, dout, inp, mean, rstd, params, wOffset, bOffset, false);
    }

    /** {@link #backward} that overwrites dinp instead. */
    public void backwardFirst(float[] dinp, float[] grads, float[] dout, float[] inp, float[] mean, float[] rstd, float[] params,
        int wOffset, int bOffset) {
        backward(dinp, grads, dout, inp, mean, rstd, params, wOffset, bOffset, true);
    }

    private void backward(float[] dinp, float[] grads, float[] dout, float[] inp, float[] mean, float[] rstd, float[] params, int wOffset,
        int bOffset, boolean overwrite) {
        this.dinp = dinp;
        this.grads = grads;
        this.dout = dout;
        this.inp = inp;
        this.mean = mean;
        this.rstd = rstd;
        this.params = params;
        this.wOffset = wOffset;
        this.bOffset = bOffset;
        this.overwrite = overwrite;
        compute.workers().run(rowSplit.parts(), backwardTask);
        compute.workers().run(columnSplit.parts(), columnTask);
    }

    private void backwardRows(int task, int slot) {
        for (int row = rowSplit.start(task); row < rowSplit.end(task); row++) {
            if (overwrite) {
                Arrays.fill(dinp, row * C, row * C + C, 0f);
            }
            compute.kernels().rows().layerNormBackward(compute.lanes(slot), dinp, dout, inp, mean, rstd, params, wOffset, row, C);
        }
    }

    private void backwardColumns(int task, int slot) {
        compute.kernels().elements().layerNormColumns(grads, wOffset, bOffset, dout, inp, mean, rstd, rows, C, columnSplit.start(task),
            columnSplit.end(task));
    }
}
