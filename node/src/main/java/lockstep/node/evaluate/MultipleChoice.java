package lockstep.node.evaluate;

import java.util.Arrays;
import java.util.List;

import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.model.ModelShape;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/**
 * Multiple choice as llm.c does HellaSwag: each ending stands behind the context in a row of its own, and the model's answer is the one whose tokens it finds the
 * most likely.
 */
public final class MultipleChoice {
    private final Gpt2 model;
    private final int T;
    private final int[] tokens; // (4,T)
    private final int[] targets; // (4,T)
    private final double[] losses; // (4,T)

    /**
     * @param T room for the longest context and ending
     * @param params all parameters in file order
     */
    public MultipleChoice(ModelShape shape, int T, float[] params, Workers workers) {
        this.model = new Gpt2(shape, Example.ENDINGS, T, params, workers, Recompute.BLOCK);
        this.T = T;
        this.tokens = new int[Example.ENDINGS * T];
        this.targets = new int[Example.ENDINGS * T];
        this.losses = new double[Example.ENDINGS * T];
    }

    /** Tokens that the longest row of these examples takes. */
    public static int longest(List<Example> examples) {
        return examples.stream().mapToInt(Example::longest).max().orElse(1);
    }

    /**
     * The answers of the model.
     *
     * @param bySum index of the ending with the smallest sum of losses
     * @param byMean index of the ending with the smallest mean loss, which is what llm.c reports
     */
    public record Answer(int bySum, int byMean) {}

    public Answer answer(Example example) {
        Arrays.fill(tokens, 0);
        Arrays.fill(targets, 0);
        for (int row = 0; row < Example.ENDINGS; row++) {
            fill(row, example.context(), example.endings().get(row));
        }
        model.tokenLosses(losses, tokens, targets);
        double[] sums = new double[Example.ENDINGS];
        double[] means = new double[Example.ENDINGS];
        for (int row = 0; row < Example.ENDINGS; row++) {
            int n = example.endings().get(row).length;
            int first = row * T + example.context().length - 1;
            for (int i = first; i < first + n; i++) {
                sums[row] += losses[i];
            }
            means[row] = sums[row] / n;
        }
        return new Answer(smallest(sums), smallest(means));
    }

    /** The last token of the context predicts the first of the ending. What stands behind the ending can't reach back. */
    private void fill(int row, int[] context, int[] ending) {
        int at = row * T;
        System.arraycopy(context, 0, tokens, at, context.length);
        System.arraycopy(ending, 0, tokens, at + context.length, ending.length);
        System.arraycopy(ending, 0, targets, at + context.length - 1, ending.length);
    }

    private static int smallest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[best]) {
                best = i;
            }
        }
        return best;
    }
}
