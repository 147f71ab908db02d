package lockstep.node.model;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;

/** GPT-2 by the book in double precision: plain loops, new arrays everywhere, nothing shared with the model that it is there to check. */
final class PlainGpt2 {
    private final ParameterLayout layout;
    private final int B;
    private final int T;
    private final int rows;
    private final int C;
    private final int V;
    private final int L;
    private final double[] params;
    private final double[] grads;
    private final PlainLayers layers;

    /** What a block keeps. */
    private record Block(double[] in, double[] ln1, double[] qkv, double[] attention, double[] middle, double[] ln2, double[] fc,
        double[] gelu, double[] out) {}

    PlainGpt2(ModelShape shape, int B, int T, float[] params) {
        this.layout = new ParameterLayout(shape);
        this.B = B;
        this.T = T;
        this.rows = B * T;
        this.C = shape.C();
        this.V = shape.V();
        this.L = shape.L();
        this.params = new double[params.length];
        for (int i = 0; i < params.length; i++) {
            this.params[i] = params[i];
        }
        this.grads = new double[params.length];
        this.layers = new PlainLayers(this.params, grads, rows);
    }

    /** Gradient of the mean loss, parameters in file order, after {@link #lossAndGradient}. */
    double[] grads() {
        return grads;
    }

    /** Mean loss in nats. */
    double lossAndGradient(int[] tokens, int[] targets) {
        double[] x = new double[rows * C];
        for (int i = 0; i < x.length; i++) {
            x[i] = params[wte(tokens, i)] + params[wpe(i)];
        }
        Block[] blocks = new Block[L];
        for (int l = 0; l < L; l++) {
            blocks[l] = forward(x, l);
            x = blocks[l].out;
        }
        double[] lnf = layers.layerNorm(x, C, layout.offset(Tensor.LNFW), layout.offset(Tensor.LNFB));
        double[] dlnf = new double[rows * C];
        double loss = classify(dlnf, lnf, targets);
        double[] dx = layers.layerNormBackward(dlnf, x, C, layout.offset(Tensor.LNFW), layout.offset(Tensor.LNFB));
        for (int l = L - 1; l >= 0; l--) {
            dx = backward(dx, blocks[l], l);
        }
        for (int i = 0; i < dx.length; i++) {
            grads[wte(tokens, i)] += dx[i];
            grads[wpe(i)] += dx[i];
        }
        return loss;
    }

    private Block forward(double[] in, int l) {
        double[] ln1 = layers.layerNorm(in, C, at(Tensor.LN1W, l), at(Tensor.LN1B, l));
        double[] qkv = layers.linear(ln1, C, 3 * C, at(Tensor.QKVW, l), at(Tensor.QKVB, l));
        double[] attention = attention().forward(qkv);
        double[] middle = sum(in, layers.linear(attention, C, C, at(Tensor.ATTPROJW, l), at(Tensor.ATTPROJB, l)));
        double[] ln2 = layers.layerNorm(middle, C, at(Tensor.LN2W, l), at(Tensor.LN2B, l));
        double[] fc = layers.linear(ln2, C, 4 * C, at(Tensor.FCW, l), at(Tensor.FCB, l));
        double[] gelu = PlainLayers.gelu(fc);
        double[] out = sum(middle, layers.linear(gelu, 4 * C, C, at(Tensor.FCPROJW, l), at(Tensor.FCPROJB, l)));
        return new Block(in, ln1, qkv, attention, middle, ln2, fc, gelu, out);
    }

    /** @return the gradient of the block's input */
    private double[] backward(double[] dout, Block a, int l) {
        double[] dgelu = layers.linearBackward(dout, a.gelu, 4 * C, C, at(Tensor.FCPROJW, l), at(Tensor.FCPROJB, l));
        double[] dfc = PlainLayers.geluBackward(dgelu, a.fc);
        double[] dln2 = layers.linearBackward(dfc, a.ln2, C, 4 * C, at(Tensor.FCW, l), at(Tensor.FCB, l));
        double[] dmiddle = sum(dout, layers.layerNormBackward(dln2, a.middle, C, at(Tensor.LN2W, l), at(Tensor.LN2B, l)));
        double[] dattention = layers.linearBackward(dmiddle, a.attention, C, C, at(Tensor.ATTPROJW, l), at(Tensor.ATTPROJB, l));
        double[] dqkv = attention().backward(dattention, a.qkv);
        double[] dln1 = layers.linearBackward(dqkv, a.ln1, C, 3 * C, at(Tensor.QKVW, l), at(Tensor.QKVB, l));
        return sum(dmiddle, layers.layerNormBackward(dln1, a.in, C, at(Tensor.LN1W, l), at(Tensor.LN1B, l)));
    }

    /** Overwrites dx; adds to the gradient of wte. */
    private double classify(double[] dx, double[] x, int[] targets) {
        int wte = layout.offset(Tensor.WTE);
        double loss = 0;
        for (int r = 0; r < rows; r++) {
            double[] p = probabilities(x, r, wte);
            loss -= Math.log(p[targets[r]]) / rows;
            p[targets[r]] -= 1;
            for (int v = 0; v < V; v++) {
                for (int c = 0; c < C; c++) {
                    dx[r * C + c] += p[v] / rows * params[wte + v * C + c];
                    grads[wte + v * C + c] += p[v] / rows * x[r * C + c];
                }
            }
        }
        return loss;
    }

    private double[] probabilities(double[] x, int row, int wte) {
        double[] p = new double[V];
        double sum = 0;
        for (int v = 0; v < V; v++) {
            double logit = 0;
            for (int c = 0; c < C; c++) {
                logit += x[row * C + c] * params[wte + v * C + c];
            }
            p[v] = Math.exp(logit);
            sum += p[v];
        }
        for (int v = 0; v < V; v++) {
            p[v] /= sum;
        }
        return p;
    }

    private PlainAttention attention() {
        return new PlainAttention(B, T, layout.shape().NH(), C);
    }

    private int wte(int[] tokens, int i) {
        return layout.offset(Tensor.WTE) + tokens[i / C] * C + i % C;
    }

    private int wpe(int i) {
        return layout.offset(Tensor.WPE) + i / C % T * C + i % C;
    }

    private int at(Tensor tensor, int l) {
        return layout.offset(tensor, l);
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
