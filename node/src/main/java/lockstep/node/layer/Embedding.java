package lockstep.node.layer;

import lockstep.node.kernel.ElementKernels;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** Token plus position embedding. */
public final class Embedding {
    private final Compute compute;
    private final int B;
    private final int T;
    private final int C;
    private final Split rowSplit;
    private final Split channelSplit;
    private final Workers.Task forwardTask = this::forwardRows;
    private final Workers.Task backwardTask = this::backwardChannels;
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private float[] out;
    private float[] params;
    private float[] grads;
    private float[] dout;
    private int[] tokens;
    private int wteOffset;
    private int wpeOffset;

    public Embedding(Compute compute, int B, int T, int C) {
        this.compute = compute;
        this.B = B;
        this.T = T;
        this.C = C;
        this.rowSplit = compute.split(B * T, 1);
        this.channelSplit = compute.split(C, Compute.LINE);
    }

    /**
     * out[b][t] = wte[tokens[b][t]] + wpe[t].
     *
     * @param out (B,T,C)
     * @param tokens (B,T)
     * @param params holds wte (Vp,C) from wteOffset and wpe (maxT,C) from wpeOffset
     */
    public void forward(float[] out, int[] tokens, float[] params, int wteOffset, int wpeOffset) {
        this.out = out;
        this.tokens = tokens;
        this.params = params;
        this.wteOffset = wteOffset;
        this.wpeOffset = wpeOffset;
        compute.workers().run(rowSplit.parts(), forwardTask);
    }

    private void forwardRows(int task, int slot) {
        for (int row = rowSplit.start(task); row < rowSplit.end(task); row++) {
            compute.kernels().elements().add(out, row * C, params, wteOffset + tokens[row] * C, params, wpeOffset + row % T * C, C);
        }
    }

    /**
     * Adds dout to the gradients of wte and wpe, by ascending b·T+t and in parallel over channels, since a token may occur many times.
     *
     * @param grads like params
     * @param dout (B,T,C)
     * @param tokens (B,T)
     */
    public void backward(float[] grads, float[] dout, int[] tokens, int wteOffset, int wpeOffset) {
        this.grads = grads;
        this.dout = dout;
        this.tokens = tokens;
        this.wteOffset = wteOffset;
        this.wpeOffset = wpeOffset;
        compute.workers().run(channelSplit.parts(), backwardTask);
    }

    private void backwardChannels(int task, int slot) {
        ElementKernels elements = compute.kernels().elements();
        int c = channelSplit.start(task);
        int n = channelSplit.end(task) - c;
        for (int row = 0; row < B * T; row++) {
            elements.accumulate(grads, wteOffset + tokens[row] * C + c, dout, row * C + c, n);
            elements.accumulate(grads, wpeOffset + row % T * C + c, dout, row * C + c, n);
        }
    }
}
