package lockstep.node.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * What the model itself takes for likely after a text: the softmax of all its logits, before temperature, top-k and top-p. Tokens that
 * pad a vocabulary have their part in it, as they have in the loss of training and evaluation.
 */
public final class Distribution {
    private final float[] logits; // (V)
    private final double logSum;

    /**
     * One token and how likely it is.
     *
     * @param logProbability natural logarithm, at most 0 but for rounding
     */
    public record Likely(int token, double logProbability) {}

    /** @param logits (V), to be left alone as long as this is asked */
    public Distribution(float[] logits) {
        this.logits = logits;
        float largest = logits[0];
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        // Shifted by the largest, no term overflows; added by ascending token, so that there is one sum.
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp((double) logit - largest);
        }
        this.logSum = largest + StrictMath.log(sum);
    }

    public double logProbability(int token) {
        return logits[token] - logSum;
    }

    /**
     * The most likely tokens, most likely first, equal ones by ascending token.
     *
     * @param tokens only the first ones are told, at most so many: those that a tokenizer has
     */
    public List<Likely> top(int count, int tokens) {
        List<Likely> best = new ArrayList<>();
        for (int token = 0; token < Math.min(tokens, logits.length); token++) {
            int place = best.size();
            while (place > 0 && logits[token] > logits[best.get(place - 1).token()]) {
                place--;
            }
            if (place < count) {
                best.add(place, new Likely(token, logProbability(token)));
                if (best.size() > count) {
                    best.removeLast();
                }
            }
        }
        return List.copyOf(best);
    }
}
