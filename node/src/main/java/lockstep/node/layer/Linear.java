package lockstep.node.layer;

import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** out = inp·Wᵀ + b, weights (OC,C) row by row. What follows it in a block is done to each piece of the output while it is in the cache. */
public final class Linear {
    /** Columns of a task of the bias gradient: a row's piece is a run of four cache lines. */
    private static final int BIAS_COLUMNS = 4 * Compute.LINE;

    private final Compute compute;
    private final int rows;
    private final int C;
    private final int OC;
    private final Split biasSplit;
    private final Workers.Task biasTask = this::sumBias;
    private final Epilogue geluAfter = this::gelu;
    private final Epilogue addAfter = this::add;
    private final Epilogue geluBackwardAfter = this::geluBackward;
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private float[] geluOut;
    private float[] residual;
    private float[] geluInp;
    private float[] grads;
    private float[] dout;
    private int bOffset;

    /** @param rows B·T */
    public Linear(Compute compute, int rows, int C, int OC) {
        this.compute = compute;
        this.rows = rows;
        this.C = C;
        this.OC = OC;
        this.biasSplit = compute.split(OC, BIAS_COLUMNS);
    }

    /**
     * @param out (rows,OC)
     * @param inp (rows,C)
     * @param params holds the weight (OC,C) from wOffset and the bias (OC) from bOffset; each sum starts at the bias
     */
    public void forward(float[] out, float[] inp, float[] params, int wOffset, int bOffset) {
        forward(out, inp, params, wOffset, bOffset, null);
    }

    /** {@link #forward} followed by GELU. Overwrites out and geluOut (rows,OC). */
    public void forwardGelu(float[] out, float[] geluOut, float[] inp, float[] params, int wOffset, int bOffset) {
        this.geluOut = geluOut;
        forward(out, inp, params, wOffset, bOffset, geluAfter);
    }

    /** {@link #forward} followed by the residual connection: out = residual + (inp·Wᵀ + b). */
    public void forwardAdd(float[] out, float[] residual, float[] inp, float[] params, int wOffset, int bOffset) {
        this.residual = residual;
        forward(out, inp, params, wOffset, bOffset, addAfter);
    }

    private void forward(float[] out, float[] inp, float[] params, int wOffset, int bOffset, Epilogue next) {
        compute.product().left(inp, 0, C, true).right(params, wOffset, C, true).startAt(params, bOffset).then(next).into(out, 0, OC, rows,
            OC, C);
    }

    /**
     * Overwrites dinp, adds to the gradient of the bias.
     *
     * @param dinp (rows,C)
     * @param grads like params
     * @param dout (rows,OC)
     * @param inp (rows,C)
     * @param into what becomes of the weight's gradient
     */
    public void backward(float[] dinp, float[] grads, float[] dout, float[] inp, float[] params, int wOffset, int bOffset, Into into) {
        backwardInput(dinp, dout, params, wOffset);
        backwardWeights(grads, dout, inp, wOffset, bOffset, into);
    }

    /**
     * {@link #backward} through this layer and through the GELU before it.
     *
     * @param dinp (rows,C) out: the gradient of GELU's input
     * @param inp (rows,C) GELU's output
     * @param geluInp (rows,C) GELU's input
     */
    public void backwardGelu(float[] dinp, float[] grads, float[] dout, float[] inp, float[] geluInp, float[] params, int wOffset,
        int bOffset, Into into) {
        this.geluInp = geluInp;
        backwardInput(dinp, dout, params, wOffset, geluBackwardAfter);
        backwardWeights(grads, dout, inp, wOffset, bOffset, into);
    }

    /** The half of {@link #backward} that overwrites dinp. */
    public void backwardInput(float[] dinp, float[] dout, float[] params, int wOffset) {
        backwardInput(dinp, dout, params, wOffset, null);
    }

    /** dinp[r][c] = Σ_o dout[r][o]·w[o][c] */
    private void backwardInput(float[] dinp, float[] dout, float[] params, int wOffset, Epilogue next) {
        compute.product().left(dout, 0, OC, true).right(params, wOffset, C, false).then(next).into(dinp, 0, C, rows, C, OC);
    }

    /** The half of {@link #backward} that gives the gradients: dw[o][c] (+)= Σ_r dout[r][o]·inp[r][c], db[o] += Σ_r dout[r][o]. */
    public void backwardWeights(float[] grads, float[] dout, float[] inp, int wOffset, int bOffset, Into into) {
        compute.product().left(dout, 0, OC, false).right(inp, 0, C, false).gradient(into).into(grads, wOffset, C, OC, C, rows);
        this.grads = grads;
        this.dout = dout;
        this.bOffset = bOffset;
        compute.workers().run(biasSplit.parts(), biasTask);
    }

    private void sumBias(int task, int slot) {
        compute.kernels().elements().columnSums(grads, bOffset, dout, rows, OC, biasSplit.start(task), biasSplit.end(task));
    }

    private void gelu(float[] c, int at, int ldc, int pieceRows, int columns) {
        for (int i = 0; i < pieceRows; i++) {
            compute.kernels().elements().gelu(geluOut, c, at + i * ldc, at + i * ldc + columns);
        }
    }

    private void add(float[] c, int at, int ldc, int pieceRows, int columns) {
        for (int i = 0; i < pieceRows; i++) {
            int row = at + i * ldc;
            compute.kernels().elements().add(c, row, residual, row, c, row, columns);
        }
    }

    private void geluBackward(float[] c, int at, int ldc, int pieceRows, int columns) {
        for (int i = 0; i < pieceRows; i++) {
            compute.kernels().elements().geluBackward(c, c, geluInp, at + i * ldc, at + i * ldc + columns);
        }
    }
}
