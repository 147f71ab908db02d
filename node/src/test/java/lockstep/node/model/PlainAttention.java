package lockstep.node.model;

/** Causal self-attention of {@link PlainGpt2}, one query of one head at a time. */
final class PlainAttention {
    private final int B;
    private final int T;
    private final int NH;
    private final int C;
    private final int hs;

    PlainAttention(int B, int T, int NH, int C) {
        this.B = B;
        this.T = T;
        this.NH = NH;
        this.C = C;
        this.hs = C / NH;
    }

    /** @param qkv (B,T,3C) */
    double[] forward(double[] qkv) {
        double[] out = new double[B * T * C];
        for (int b = 0; b < B; b++) {
            for (int h = 0; h < NH; h++) {
                for (int t = 0; t < T; t++) {
                    double[] p = probabilities(qkv, b, h, t);
                    for (int k = 0; k <= t; k++) {
                        for (int i = 0; i < hs; i++) {
                            out[(b * T + t) * C + h * hs + i] += p[k] * qkv[value(b, k, h) + i];
                        }
                    }
                }
            }
        }
        return out;
    }

    double[] backward(double[] dout, double[] qkv) {
        double[] dqkv = new double[qkv.length];
        for (int b = 0; b < B; b++) {
            for (int h = 0; h < NH; h++) {
                for (int t = 0; t < T; t++) {
                    addGradientOfQuery(dqkv, dout, qkv, b, h, t);
                }
            }
        }
        return dqkv;
    }

    private void addGradientOfQuery(double[] dqkv, double[] dout, double[] qkv, int b, int h, int t) {
        int o = (b * T + t) * C + h * hs;
        double[] p = probabilities(qkv, b, h, t);
        double[] dp = new double[t + 1];
        double mean = 0;
        for (int k = 0; k <= t; k++) {
            for (int i = 0; i < hs; i++) {
                dp[k] += dout[o + i] * qkv[value(b, k, h) + i];
                dqkv[value(b, k, h) + i] += p[k] * dout[o + i];
            }
            mean += p[k] * dp[k];
        }
        for (int k = 0; k <= t; k++) {
            double dscore = p[k] * (dp[k] - mean) / Math.sqrt(hs);
            for (int i = 0; i < hs; i++) {
                dqkv[query(b, t, h) + i] += dscore * qkv[key(b, k, h) + i];
                dqkv[key(b, k, h) + i] += dscore * qkv[query(b, t, h) + i];
            }
        }
    }

    private double[] probabilities(double[] qkv, int b, int h, int t) {
        double[] p = new double[t + 1];
        double sum = 0;
        for (int k = 0; k <= t; k++) {
            double score = 0;
            for (int i = 0; i < hs; i++) {
                score += qkv[query(b, t, h) + i] * qkv[key(b, k, h) + i];
            }
            p[k] = Math.exp(score / Math.sqrt(hs));
            sum += p[k];
        }
        for (int k = 0; k <= t; k++) {
            p[k] /= sum;
        }
        return p;
    }

    private int query(int b, int t, int h) {
        return (b * T + t) * 3 * C + h * hs;
    }

    private int key(int b, int t, int h) {
        return query(b, t, h) + C;
    }

    private int value(int b, int t, int h) {
        return query(b, t, h) + 2 * C;
    }
}
