package lockstep.node.layer;

import lockstep.node.kernel.ElementKernels.Columns;
import lockstep.node.parallel.Split;

/** out = inp·Wᵀ + b, weights (OC,C) row by row. */
public final class Linear {
    private final Compute compute;
    private final int rows;
    private final int C;
    private final int OC;

    /** @param rows B·T */
    public Linear(Compute compute, int rows, int C, int OC) {
        this.compute = compute;
        this.rows = rows;
        this.C = C;
        this.OC = OC;
    }

    /**
     * @param out (rows,OC)
     * @param inp (rows,C)
     * @param params holds the weight (OC,C) from wOffset and the bias (OC) from bOffset; each sum starts at the bias
     */
    public void forward(float[] out, float[] inp, float[] params, int wOffset, int bOffset) {
        compute.product().multiply(new Product.Start.Row(params, bOffset), out, 0, OC, Operand.rows(inp, 0, C),
            Operand.rows(params, wOffset, C), rows, OC, C);
    }

    /**
     * Overwrites dinp, adds to the gradients of weight and bias.
     *
     * @param dinp (rows,C)
     * @param grads like params
     * @param dout (rows,OC)
     * @param inp (rows,C)
     */
    public void backward(float[] dinp, float[] grads, float[] dout, float[] inp, float[] params, int wOffset, int bOffset) {
        // dinp[r][c] = Σ_o dout[r][o]·w[o][c]
        compute.product().multiply(Product.ZERO, dinp, 0, C, Operand.rows(dout, 0, OC), Operand.columns(params, wOffset, C), rows, C, OC);
        // dw[o][c] += Σ_r dout[r][o]·inp[r][c]
        compute.product().multiply(Product.KEEP, grads, wOffset, C, Operand.columns(dout, 0, OC), Operand.columns(inp, 0, C), OC, C, rows);
        Split columns = compute.split(OC, 4 * Compute.LINE);
        compute.workers().run(columns.parts(), (task, slot) -> compute.kernels().elements().columnSums(grads, bOffset, dout, rows, OC,
            new Columns(columns.start(task), columns.end(task))));
    }
}
