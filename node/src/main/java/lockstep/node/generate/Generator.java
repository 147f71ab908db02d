package lockstep.node.generate;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.ElementKernels;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.RowKernels;
import lockstep.node.layer.Compute;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/**
 * A GPT-2 that reads one token at a time and remembers the keys and values of those before. Each token costs one pass over the weights, at the speed of memory.
 */
public final class Generator {
    /** Products that a task has at least: handing one to another thread costs as much as several thousand of them. */
    private static final int PRODUCTS_PER_TASK = 1 << 16;

    private final ParameterLayout layout;
    private final int C;
    private final int NH;
    private final int hs;
    private final int maxT;
    private final float[] params;
    private final Workers workers;
    private final RowKernels rows;
    private final float[][] lanes; // (threads, 16)
    private final ElementKernels elements;

    private final float[][] keys; // (L)(maxT,C)
    private final float[][] values; // (L)(maxT,C)
    private final float[] x; // (C) residual stream
    private final float[] normed; // (C)
    private final float[] qkv; // (3C)
    private final float[] attention; // (C)
    private final float[] hidden; // (4C)
    private final float[] projected; // (C)
    private final float[] scores; // (NH,maxT)
    private final float[] softmaxMax; // (NH)
    private final float[] softmaxInverseSum; // (NH)
    private final float[] mean = new float[1];
    private final float[] rstd = new float[1];
    private final float[] logits; // (V)
    private int length;

    /**
     * @param params all parameters in file order; read only
     * @param context how many tokens it can remember, ≤ maxT
     */
    public Generator(ModelShape shape, float[] params, int context, Workers workers, Kernels kernels) {
        if (context < 1 || context > shape.maxT()) {
            throw new IllegalArgumentException("context must be in 1..maxT: context=" + context + ", maxT=" + shape.maxT());
        }
        this.layout = new ParameterLayout(shape);
        this.C = shape.C();
        this.NH = shape.NH();
        this.hs = shape.headSize();
        this.maxT = context;
        this.params = params;
        this.workers = workers;
        this.rows = kernels.rows();
        this.lanes = Compute.rowScratch(workers.threads());
        this.elements = kernels.elements();
        int cache = Math.multiplyExact(maxT, C);
        this.keys = new float[shape.L()][cache];
        this.values = new float[shape.L()][cache];
        this.x = new float[C];
        this.normed = new float[C];
        this.qkv = new float[3 * C];
        this.attention = new float[C];
        this.hidden = new float[4 * C];
        this.projected = new float[C];
        this.scores = new float[Math.multiplyExact(NH, maxT)];
        this.softmaxMax = new float[NH];
        this.softmaxInverseSum = new float[NH];
        this.logits = new float[shape.V()];
    }

    /** A generator on the Vector API's kernels that remembers as much as the model can. */
    public Generator(ModelShape shape, float[] params, Workers workers) {
        this(shape, params, shape.maxT(), workers, Kernels.ofThisProcess());
    }

    /** Tokens that it can remember. */
    public int context() {
        return maxT;
    }

    /** Tokens that it remembers. */
    public int length() {
        return length;
    }

    /**
     * Forgets all tokens but the first ones, whose keys and values depend on nothing that came after them.
     *
     * @throws IllegalArgumentException when it doesn't remember as many
     */
    public void keep(int tokens) {
        if (tokens < 0 || tokens > length) {
            throw new IllegalArgumentException("tokens must be in 0..length: tokens=" + tokens + ", length=" + length);
        }
        length = tokens;
    }

    /**
     * Reads tokens and returns the logits (V) after the last of them, in an array that the next call overwrites.
     *
     * @throws IllegalStateException when more tokens come than the context holds
     */
    public float[] feed(int... tokens) {
        if (tokens.length == 0 || tokens.length > maxT - length) {
            throw new IllegalStateException("cannot read " + tokens.length + " tokens after " + length + " of " + maxT);
        }
        for (int token : tokens) {
            read(token);
        }
        rows.layerNorm(lanes[0], normed, mean, rstd, x, params, layout.offset(Tensor.LNFW), layout.offset(Tensor.LNFB), 0, C);
        int wte = layout.offset(Tensor.WTE);
        forRows(logits.length, C, (o, own) -> logits[o] = rows.dot(own, params, wte + o * C, normed, 0, C));
        return logits;
    }

    private void read(int token) {
        if (token < 0 || token >= logits.length) {
            throw new IllegalArgumentException("token must be in 0.." + (logits.length - 1) + ": " + token);
        }
        elements.add(x, 0, params, layout.offset(Tensor.WTE) + token * C, params, layout.offset(Tensor.WPE) + length * C, C);
        for (int l = 0; l < layout.shape().L(); l++) {
            layerNorm(Tensor.LN1W, Tensor.LN1B, l);
            linear(qkv, normed, Tensor.QKVW, Tensor.QKVB, l);
            System.arraycopy(qkv, C, keys[l], length * C, C);
            System.arraycopy(qkv, 2 * C, values[l], length * C, C);
            attend(keys[l], values[l]);
            linear(projected, attention, Tensor.ATTPROJW, Tensor.ATTPROJB, l);
            elements.accumulate(x, 0, projected, 0, C);
            layerNorm(Tensor.LN2W, Tensor.LN2B, l);
            linear(hidden, normed, Tensor.FCW, Tensor.FCB, l);
            elements.gelu(hidden, hidden, 0, 4 * C);
            linear(projected, hidden, Tensor.FCPROJW, Tensor.FCPROJB, l);
            elements.accumulate(x, 0, projected, 0, C);
        }
        length++;
    }

    private void attend(float[] keyCache, float[] valueCache) {
        float scale = (float) (1.0 / Math.sqrt(hs));
        int n = length + 1;
        forRows(NH, n * hs, (head, own) -> {
            int row = head * maxT;
            int channel = head * hs;
            for (int t = 0; t < n; t++) {
                scores[row + t] = rows.dot(own, qkv, channel, keyCache, t * C + channel, hs);
            }
            rows.attentionSoftmax(own, scores, row, n, n, scale, softmaxMax, softmaxInverseSum, head);
            java.util.Arrays.fill(attention, channel, channel + hs, 0f);
            for (int t = 0; t < n; t++) {
                elements.multiplyAdd(attention, channel, scores[row + t], valueCache, t * C + channel, hs);
            }
            elements.scale(attention, channel, hs, softmaxInverseSum[head]);
        });
    }

    private void layerNorm(Tensor weight, Tensor bias, int l) {
        rows.layerNorm(lanes[0], normed, mean, rstd, x, params, layout.offset(weight, l), layout.offset(bias, l), 0, C);
    }

    private void linear(float[] out, float[] inp, Tensor weight, Tensor bias, int l) {
        int w = layout.offset(weight, l);
        int b = layout.offset(bias, l);
        int n = inp.length;
        forRows(out.length, n, (o, own) -> out[o] = rows.dot(own, params, w + o * n, inp, 0, n) + params[b + o]);
    }

    /** @param productsPerRow what a row costs */
    private void forRows(int n, int productsPerRow, RowTask body) {
        Split split = new Split(n, Math.max(1, PRODUCTS_PER_TASK / productsPerRow));
        workers.run(split.parts(), (task, slot) -> {
            for (int o = split.start(task); o < split.end(task); o++) {
                body.run(o, lanes[slot]);
            }
        });
    }

    private interface RowTask {
        /** @param lanes this thread's scratch */
        void run(int row, float[] lanes);
    }
}
