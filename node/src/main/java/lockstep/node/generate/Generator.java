package lockstep.node.generate;

import java.util.Arrays;

import lockstep.common.UserError;
import lockstep.common.format.NonFinite;
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
 * A GPT-2 that remembers the keys and values of the tokens that it has read. Tokens that come together go through the layers together, up to {@value #ROWS} at a
 * time, so that the weights are fetched once for all of them; a token by itself costs one pass over the weights, at the speed of memory. A token's sums are the same
 * either way: the same logits, to the bit, however tokens are divided among calls.
 */
public final class Generator {
    /** Tokens that go through the layers together, at most: a long prompt is read in parts of so many. */
    public static final int ROWS = 64;
    /** Rows of logits that exist at a time where all are wanted. */
    private static final int LOGITS_ROWS = 16;
    /** Products that a task has for each token at least: handing one to another thread costs as much as several thousand of them. */
    private static final int PRODUCTS_PER_TASK = 1 << 16;

    private final ParameterLayout layout;
    private final int C;
    private final int NH;
    private final int hs;
    private final int V;
    private final int maxT;
    private final int mostRows;
    private final float[] params;
    private final Workers workers;
    private final RowKernels kernels;
    private final float[][] lanes; // (threads,16)
    private final ElementKernels elements;

    private final float[][] keys; // (L)(maxT,C)
    private final float[][] values; // (L)(maxT,C)
    private final float[] x; // (rows,C) residual stream
    private final float[] normed; // (rows,C)
    private final float[] qkv; // (rows,3C)
    private final float[] attention; // (rows,C)
    private final float[] hidden; // (rows,4C)
    private final float[] projected; // (rows,C)
    private final float[][] scores; // (threads)(maxT)
    private final float[] largest; // (threads) of a row's scores
    private final float[] inverseSum; // (threads) of their exponentials
    private final float[] mean; // (rows)
    private final float[] rstd; // (rows)
    private final float[] logits; // (V)
    private final float[] rowLogits; // (LOGITS_ROWS,V)
    private int length;

    /** Hears of tokens as they are read. */
    @FunctionalInterface
    public interface LogitsListener {
        /**
         * @param index of the token among those that were given
         * @param logits (V) after it, which hold during the call alone
         */
        void read(int index, float[] logits);
    }

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
        this.V = shape.V();
        this.maxT = context;
        this.mostRows = Math.min(ROWS, context);
        this.params = params;
        this.workers = workers;
        this.kernels = kernels.rows();
        this.lanes = Compute.rowScratch(workers.threads());
        this.elements = kernels.elements();
        int cache = Math.multiplyExact(maxT, C);
        this.keys = new float[shape.L()][cache];
        this.values = new float[shape.L()][cache];
        this.x = new float[Math.multiplyExact(mostRows, C)];
        this.normed = new float[x.length];
        this.qkv = new float[Math.multiplyExact(3, x.length)];
        this.attention = new float[x.length];
        this.hidden = new float[Math.multiplyExact(4, x.length)];
        this.projected = new float[x.length];
        this.scores = new float[workers.threads()][maxT];
        this.largest = new float[workers.threads()];
        this.inverseSum = new float[workers.threads()];
        this.mean = new float[mostRows];
        this.rstd = new float[mostRows];
        this.logits = new float[V];
        this.rowLogits = new float[Math.multiplyExact(Math.min(LOGITS_ROWS, mostRows), V)];
    }

    /** A generator on the Vector API's kernels that remembers as much as the model can. */
    public Generator(ModelShape shape, float[] params, Workers workers) {
        this(shape, params, shape.maxT(), workers, Kernels.ofThisProcess());
    }

    /**
     * Bytes that one takes beside the parameters: keys and values of the context, and what {@value #ROWS} tokens become on their way.
     *
     * @throws ArithmeticException when these are beyond any machine
     */
    public static long bytes(ModelShape shape, int context, int threads) {
        int rows = Math.min(ROWS, context);
        long cache = Math.multiplyExact(2L * shape.L(), (long) context * shape.C());
        long activations = rows * (11L * shape.C() + 2) + (1L + Math.min(LOGITS_ROWS, rows)) * shape.V() + (long) threads * context;
        return Math.multiplyExact(Float.BYTES, Math.addExact(cache, activations));
    }

    /** Tokens that it can remember. */
    public int context() {
        return maxT;
    }

    /** How many tokens the model has. */
    public int vocabulary() {
        return V;
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
     * @throws IllegalArgumentException when one is none of the vocabulary's; none was read then
     */
    public float[] feed(int... tokens) {
        requireReadable(tokens);
        int rows = 0;
        for (int at = 0; at < tokens.length; at += rows) {
            rows = read(tokens, at);
        }
        logits(logits, rows - 1, 1);
        return logits;
    }

    /**
     * {@link #feed(int...)} that tells the logits after each token.
     *
     * @return those after the last one
     */
    public float[] feed(int[] tokens, LogitsListener listener) {
        requireReadable(tokens);
        int rows = 0;
        for (int at = 0; at < tokens.length; at += rows) {
            rows = read(tokens, at);
            for (int row = 0; row < rows; row += LOGITS_ROWS) {
                tell(at, row, Math.min(LOGITS_ROWS, rows - row), listener);
            }
        }
        return logits;
    }

    private void tell(int at, int row, int n, LogitsListener listener) {
        logits(rowLogits, row, n);
        for (int i = 0; i < n; i++) {
            System.arraycopy(rowLogits, i * V, logits, 0, V);
            listener.read(at + row + i, logits);
        }
    }

    private void requireReadable(int[] tokens) {
        if (tokens.length == 0 || tokens.length > maxT - length) {
            throw new IllegalStateException("cannot read " + tokens.length + " tokens after " + length + " of " + maxT);
        }
        for (int token : tokens) {
            if (token < 0 || token >= V) {
                throw new IllegalArgumentException("token must be in 0.." + (V - 1) + ": " + token);
            }
        }
    }

    /**
     * Reads as many of the tokens from {@code at} on as go together, and leaves what the head takes in normed.
     *
     * @return how many
     */
    private int read(int[] tokens, int at) {
        int rows = Math.min(mostRows, tokens.length - at);
        for (int r = 0; r < rows; r++) {
            int position = layout.offset(Tensor.WPE) + (length + r) * C;
            elements.add(x, r * C, params, layout.offset(Tensor.WTE) + tokens[at + r] * C, params, position, C);
        }
        for (int l = 0; l < layout.shape().L(); l++) {
            block(l, rows);
        }
        layerNorm(layout.offset(Tensor.LNFW), layout.offset(Tensor.LNFB), rows);
        length += rows;
        return rows;
    }

    private void block(int l, int rows) {
        layerNorm(layout.offset(Tensor.LN1W, l), layout.offset(Tensor.LN1B, l), rows);
        linear(qkv, normed, Tensor.QKVW, Tensor.QKVB, l, rows);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(qkv, r * 3 * C + C, keys[l], (length + r) * C, C);
            System.arraycopy(qkv, r * 3 * C + 2 * C, values[l], (length + r) * C, C);
        }
        attend(keys[l], values[l], rows);
        linear(projected, attention, Tensor.ATTPROJW, Tensor.ATTPROJB, l, rows);
        elements.accumulate(x, 0, projected, 0, rows * C);
        layerNorm(layout.offset(Tensor.LN2W, l), layout.offset(Tensor.LN2B, l), rows);
        linear(hidden, normed, Tensor.FCW, Tensor.FCB, l, rows);
        forEach(rows, 4 * C, (row, _) -> elements.gelu(hidden, hidden, row * 4 * C, (row + 1) * 4 * C));
        linear(projected, hidden, Tensor.FCPROJW, Tensor.FCPROJB, l, rows);
        elements.accumulate(x, 0, projected, 0, rows * C);
    }

    /** Head by head, so that one head's keys and values stay in the cache for all rows. */
    private void attend(float[] keyCache, float[] valueCache, int rows) {
        forEach(NH * rows, (length + rows) * hs, (i, slot) -> attend(keyCache, valueCache, i / rows, i % rows, slot));
    }

    private void attend(float[] keyCache, float[] valueCache, int head, int row, int slot) {
        float scale = (float) (1.0 / Math.sqrt(hs));
        int n = length + row + 1;
        int channel = head * hs;
        int out = row * C + channel;
        float[] s = scores[slot];
        for (int t = 0; t < n; t++) {
            s[t] = kernels.dot(lanes[slot], qkv, row * 3 * C + channel, keyCache, t * C + channel, hs);
        }
        kernels.attentionSoftmax(lanes[slot], s, 0, n, n, scale, largest, inverseSum, slot);
        Arrays.fill(attention, out, out + hs, 0f);
        for (int t = 0; t < n; t++) {
            elements.multiplyAdd(attention, out, s[t], valueCache, t * C + channel, hs);
        }
        elements.scale(attention, out, hs, inverseSum[slot]);
    }

    private void layerNorm(int weight, int bias, int rows) {
        forEach(rows, C, (row, slot) -> kernels.layerNorm(lanes[slot], normed, mean, rstd, x, params, weight, bias, row, C));
    }

    private void linear(float[] out, float[] inp, Tensor weight, Tensor bias, int l, int rows) {
        int w = layout.offset(weight, l);
        int b = layout.offset(bias, l);
        int n = inp.length / mostRows;
        int outputs = out.length / mostRows;
        forEach(outputs, n, (o, slot) -> {
            for (int r = 0; r < rows; r++) {
                out[r * outputs + o] = kernels.dot(lanes[slot], params, w + o * n, inp, r * n, n) + params[b + o];
            }
        });
    }

    /** The logits after n of the rows that were read last, from {@code row} on: (n,V). */
    private void logits(float[] out, int row, int n) {
        int wte = layout.offset(Tensor.WTE);
        forEach(V, C, (o, slot) -> {
            for (int i = 0; i < n; i++) {
                out[i * V + o] = kernels.dot(lanes[slot], params, wte + o * C, normed, (row + i) * C, C);
            }
        });
        NonFinite.first(out, 0, n * V).ifPresent(index -> {
            throw new UserError("the model computes no numbers: the logit of token " + index % V + " is " + out[index]
                + ", expected a finite one; its training had diverged, so take an older checkpoint or another model");
        });
    }

    /** @param products what an item costs, of one row where it is for all */
    private void forEach(int n, int products, ItemTask body) {
        Split split = new Split(n, Math.max(1, PRODUCTS_PER_TASK / products));
        workers.run(split.parts(), (task, slot) -> {
            for (int i = split.start(task); i < split.end(task); i++) {
                body.run(i, slot);
            }
        });
    }

    private interface ItemTask {
        /** @param slot of this thread's scratch */
        void run(int item, int slot);
    }
}
