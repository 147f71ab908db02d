package lockstep.node.generate;

import java.util.Arrays;
import java.util.stream.IntStream;

import lockstep.common.random.XorShift64Star;

/** Draws tokens from logits, reproducibly: llm.c's generator and its walk along the cumulative distribution. */
public final class Sampler {
    private final SamplerSettings settings;
    private final XorShift64Star random;
    private final int most;

    /** @param seed state of the generator; llm.c starts with 1337 */
    public Sampler(SamplerSettings settings, long seed) {
        this(settings, seed, Integer.MAX_VALUE);
    }

    /**
     * A sampler of a model that has more logits than its tokenizer has tokens: those that pad a vocabulary, or that were added to it, are
     * never drawn, and have no part in the probabilities.
     *
     * @param tokens only the first ones are drawn, at most so many
     */
    public Sampler(SamplerSettings settings, long seed, int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be > 0: tokens=" + tokens);
        }
        this.settings = settings;
        this.random = new XorShift64Star(seed);
        this.most = tokens;
    }

    /** @param logits (V), left as they are */
    public int next(float[] logits) {
        int V = Math.min(most, logits.length);
        if (settings.temperature() == 0f) {
            return mostLikely(logits, V);
        }
        boolean everything = (settings.topK() == 0 || settings.topK() >= V) && settings.topP() == 1f;
        int[] eligible = everything ? IntStream.range(0, V).toArray() : byLikelihood(logits, V);
        double[] weights = weights(logits, eligible, logits[mostLikely(logits, V)]);
        int n = everything ? eligible.length : nucleus(weights);
        return eligible[draw(weights, n)];
    }

    private static int mostLikely(float[] logits, int V) {
        int best = 0;
        for (int v = 1; v < V; v++) {
            if (logits[v] > logits[best]) {
                best = v;
            }
        }
        return best;
    }

    /** The top-k tokens, most likely first, equal ones by ascending id. */
    private int[] byLikelihood(float[] logits, int V) {
        int k = settings.topK() == 0 ? V : Math.min(settings.topK(), V);
        return IntStream.range(0, V).boxed().sorted((a, b) -> {
            int order = Float.compare(logits[b], logits[a]);
            return order != 0 ? order : Integer.compare(a, b);
        }).limit(k).mapToInt(Integer::intValue).toArray();
    }

    /** Unnormalised probabilities of the eligible tokens. */
    private double[] weights(float[] logits, int[] eligible, float largest) {
        return Arrays.stream(eligible).mapToDouble(v -> StrictMath.exp(((double) logits[v] - largest) / settings.temperature())).toArray();
    }

    /** How many of the leading tokens it takes to reach top-p. */
    private int nucleus(double[] weights) {
        double wanted = settings.topP() * total(weights, weights.length);
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            if (sum >= wanted) {
                return i + 1;
            }
        }
        return weights.length;
    }

    private int draw(double[] weights, int n) {
        double coin = random.nextFloat() * total(weights, n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += weights[i];
            if (coin < sum) {
                return i;
            }
        }
        return n - 1;
    }

    private static double total(double[] weights, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += weights[i];
        }
        return sum;
    }
}
