package lockstep.node.layer;

import lockstep.node.parallel.Split;

/** Token plus position embedding. */
public final class Embedding {
    private final Compute compute;
    private final int B;
    private final int T;
    private final int C;

    public Embedding(Compute compute, int B, int T, int C) {
        this.compute = compute;
        this.B = B;
        this.T = T;
        this.C = C;
    }

    /**
     * out[b][t] = wte[tokens[b][t]] + wpe[t].
     *
     * @param out (B,T,C)
     * @param tokens (B,T)
     * @param params holds wte (Vp,C) from wteOffset and wpe (maxT,C) from wpeOffset
     */
    public void forward(float[] out, int[] tokens, float[] params, int wteOffset, int wpeOffset) {
        Split split = compute.split(B * T, 1);
        compute.workers().run(split.parts(), (task, slot) -> {
            for (int row = split.start(task); row < split.end(task); row++) {
                compute.kernels().elements().add(out, row * C, params, wteOffset + tokens[row] * C, params, wpeOffset + row % T * C, C);
            }
        });
    }

    /**
     * Adds dout to the gradients of wte and wpe, by ascending b·T+t and in parallel over channels, since a token may occur many times.
     *
     * @param grads like params
     * @param dout (B,T,C)
     * @param tokens (B,T)
     */
    public void backward(float[] grads, float[] dout, int[] tokens, int wteOffset, int wpeOffset) {
        Split channels = compute.split(C, Compute.LINE);
        compute.workers().run(channels.parts(), (task, slot) -> {
            int c = channels.start(task);
            int n = channels.end(task) - c;
            for (int row = 0; row < B * T; row++) {
                compute.kernels().elements().accumulate(grads, wteOffset + tokens[row] * C + c, dout, row * C + c, n);
                compute.kernels().elements().accumulate(grads, wpeOffset + row % T * C + c, dout, row * C + c, n);
            }
        });
    }
}
