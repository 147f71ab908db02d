package lockstep.node.bench;

import lockstep.common.model.ModelShape;

/** What a kernel has to do: its operations, or the bytes that must move at least, each array once in each direction. A fused multiply-add is two operations. */
record Work(Limit limit, double amount) {
    /** What holds a kernel up at best. */
    enum Limit {
        ARITHMETIC("GFLOP/s"), MEMORY("GB/s");

        private final String unit;

        Limit(String unit) {
            this.unit = unit;
        }

        String unit() {
            return unit;
        }
    }

    private static Work flops(double flops) {
        return new Work(Limit.ARITHMETIC, flops);
    }

    /** Of so many floats, each read or written. */
    static Work floats(double floats) {
        return new Work(Limit.MEMORY, Float.BYTES * floats);
    }

    /** A linear layer's forward pass, its input's gradient or its weight's: one product each, 2·rows·C·OC. */
    static Work linear(int rows, int C, int OC) {
        return flops(2.0 * rows * C * OC);
    }

    /** Causal: a query meets itself and what is before it. Scores and the sum over values: 2·2·B·NH·hs·T(T+1)/2. */
    static Work attentionForward(ModelShape shape, int B, int T) {
        return flops(2.0 * 2 * B * shape.NH() * shape.headSize() * (T * (T + 1.0) / 2));
    }

    /** Five products where the forward pass has two: the scores again, and the gradients of probabilities, queries, keys and values. 2.5 times as much. */
    static Work attentionBackward(ModelShape shape, int B, int T) {
        return flops(2.5 * attentionForward(shape, B, T).amount());
    }

    /** The logits' product, 2·rows·V·C. */
    static Work classifierLoss(int rows, ModelShape shape) {
        return flops(2.0 * rows * shape.V() * shape.C());
    }

    /** The logits' product and two of that size for the gradients of input and wte: 6·rows·V·C. */
    static Work classifierGradient(int rows, ModelShape shape) {
        return flops(3 * classifierLoss(rows, shape).amount());
    }

    /** Reads inp, writes out. */
    static Work layerNormForward(int rows, int C) {
        return floats(2.0 * rows * C);
    }

    /** Reads dout and inp, reads and writes dinp. */
    static Work layerNormBackward(int rows, int C) {
        return floats(4.0 * rows * C);
    }

    /** Reads wte's and wpe's rows, writes out. */
    static Work embeddingForward(int rows, int C) {
        return floats(3.0 * rows * C);
    }

    /** Reads dout, reads and writes the gradients' rows of wte and wpe. */
    static Work embeddingBackward(int rows, int C) {
        return floats(5.0 * rows * C);
    }

    /** Reads parameter, gradient, m and v, writes all but the gradient: 28 bytes a parameter. */
    static Work adamW(long parameters) {
        return floats(7.0 * parameters);
    }
}
