package lockstep.node.model;

/** Linear, LayerNorm and GELU of {@link PlainGpt2}: forward, and backward with respect to input and parameters. */
final class PlainLayers {
    private static final double ROOT = Math.sqrt(2 / Math.PI);

    private final double[] params;
    private final double[] grads;
    private final int rows;

    PlainLayers(double[] params, double[] grads, int rows) {
        this.params = params;
        this.grads = grads;
        this.rows = rows;
    }

    double[] linear(double[] inp, int C, int OC, int w, int b) {
        double[] out = new double[rows * OC];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < OC; o++) {
                double sum = params[b + o];
                for (int c = 0; c < C; c++) {
                    sum += inp[r * C + c] * params[w + o * C + c];
                }
                out[r * OC + o] = sum;
            }
        }
        return out;
    }

    double[] linearBackward(double[] dout, double[] inp, int C, int OC, int w, int b) {
        double[] dinp = new double[rows * C];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < OC; o++) {
                double d = dout[r * OC + o];
                grads[b + o] += d;
                for (int c = 0; c < C; c++) {
                    dinp[r * C + c] += d * params[w + o * C + c];
                    grads[w + o * C + c] += d * inp[r * C + c];
                }
            }
        }
        return dinp;
    }

    double[] layerNorm(double[] inp, int C, int w, int b) {
        double[] out = new double[inp.length];
        for (int r = 0; r < rows; r++) {
            double[] norm = normed(inp, r, C);
            for (int c = 0; c < C; c++) {
                out[r * C + c] = norm[c] * params[w + c] + params[b + c];
            }
        }
        return out;
    }

    double[] layerNormBackward(double[] dout, double[] inp, int C, int w, int b) {
        double[] dinp = new double[inp.length];
        for (int r = 0; r < rows; r++) {
            double[] norm = normed(inp, r, C);
            double mean = 0;
            double product = 0;
            for (int c = 0; c < C; c++) {
                double d = dout[r * C + c];
                grads[w + c] += d * norm[c];
                grads[b + c] += d;
                mean += d * params[w + c] / C;
                product += d * params[w + c] * norm[c] / C;
            }
            for (int c = 0; c < C; c++) {
                dinp[r * C + c] = (dout[r * C + c] * params[w + c] - mean - norm[c] * product) * rstd(inp, r, C);
            }
        }
        return dinp;
    }

    private static double[] normed(double[] x, int row, int C) {
        double mean = mean(x, row, C);
        double rstd = rstd(x, row, C);
        double[] norm = new double[C];
        for (int c = 0; c < C; c++) {
            norm[c] = (x[row * C + c] - mean) * rstd;
        }
        return norm;
    }

    private static double mean(double[] x, int row, int C) {
        double mean = 0;
        for (int c = 0; c < C; c++) {
            mean += x[row * C + c] / C;
        }
        return mean;
    }

    private static double rstd(double[] x, int row, int C) {
        double mean = mean(x, row, C);
        double variance = 0;
        for (int c = 0; c < C; c++) {
            variance += (x[row * C + c] - mean) * (x[row * C + c] - mean) / C;
        }
        return 1 / Math.sqrt(variance + 1e-5);
    }

    static double[] gelu(double[] x) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = 0.5 * x[i] * (1 + tanh(x[i]));
        }
        return out;
    }

    static double[] geluBackward(double[] dout, double[] x) {
        double[] dx = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double t = tanh(x[i]);
            dx[i] = dout[i] * (0.5 * (1 + t) + 0.5 * x[i] * (1 - t * t) * ROOT * (1 + 3 * 0.044715 * x[i] * x[i]));
        }
        return dx;
    }

    private static double tanh(double x) {
        return Math.tanh(ROOT * (x + 0.044715 * x * x * x));
    }
}
