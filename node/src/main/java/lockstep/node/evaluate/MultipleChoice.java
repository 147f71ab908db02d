package lockstep.node.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import lockstep.common.UserError;
import lockstep.common.format.MultipleChoiceFile.Example;

/**
 * Multiple choice as llm.c does HellaSwag: each ending stands behind the context in a row of its own, and the model's answer is the one whose tokens it finds the most likely. A row's loss depends on no other row, so neither B nor T shows
 * in an answer; of a context that is too long for T the newest tokens count.
 */
public final class MultipleChoice {
    private final TokenLosses model;
    private final int B;
    private final int T;
    private final int[] tokens; // (B,T)
    private final int[] targets; // (B,T)
    private final double[] losses; // (B,T)

    public MultipleChoice(TokenLosses model, int B, int T) {
        this.model = model;
        this.B = B;
        this.T = T;
        this.tokens = new int[Math.multiplyExact(B, T)];
        this.targets = new int[B * T];
        this.losses = new double[B * T];
    }

    /** T that the longest row takes: its last token is predicted and never read. */
    public static int longest(List<Example> examples) {
        return Math.max(1, examples.stream().mapToInt(Example::longest).max().orElse(1) - 1);
    }

    /**
     * The answer of the model to one question.
     *
     * @param sumsNats loss of each ending's tokens
     * @param bySum index of the ending with the smallest sum
     * @param byMean index of the ending with the smallest mean loss, which is what llm.c reports
     */
    public record Answer(List<Double> sumsNats, int bySum, int byMean) {}

    /** Hears of answers in the order of the questions. */
    public interface Listener {
        void answered(int question, Answer answer);

        /** Asked before each batch: whether to go on. */
        boolean goesOn();
    }

    /**
     * How the model did.
     *
     * @param cut questions whose context had to be cut to its newest tokens
     */
    public record Score(int questions, int rightBySum, int rightByMean, int cut) {
        public double accuracyBySum() {
            return (double) rightBySum / questions;
        }

        public double accuracyByMean() {
            return (double) rightByMean / questions;
        }
    }

    /**
     * Answers all questions, or those that the listener wanted.
     *
     * @param examples at least one
     * @throws UserError when an ending is longer than T
     */
    public Score score(List<Example> examples, Listener listener) {
        int rows = Example.ENDINGS * examples.size();
        List<Double> sums = new ArrayList<>();
        int bySum = 0;
        int byMean = 0;
        int answered = 0;
        for (int first = 0; first < rows && listener.goesOn(); first += B) {
            int n = Math.min(B, rows - first);
            batch(examples, first, n);
            for (int row = 0; row < n; row++) {
                int index = (first + row) / Example.ENDINGS;
                Example example = examples.get(index);
                sums.add(sum(row, example, (first + row) % Example.ENDINGS));
                if (sums.size() == Example.ENDINGS) {
                    Answer answer = answer(example, List.copyOf(sums));
                    sums.clear();
                    bySum += answer.bySum() == example.label() ? 1 : 0;
                    byMean += answer.byMean() == example.label() ? 1 : 0;
                    answered++;
                    listener.answered(index, answer);
                }
            }
        }
        return new Score(answered, bySum, byMean,
            (int) examples.subList(0, answered).stream().filter(e -> longest(List.of(e)) > T).count());
    }

    private void batch(List<Example> examples, int first, int n) {
        Arrays.fill(tokens, 0);
        Arrays.fill(targets, 0);
        for (int row = 0; row < n; row++) {
            Example example = examples.get((first + row) / Example.ENDINGS);
            int[] ending = example.endings().get((first + row) % Example.ENDINGS);
            if (ending.length > T) {
                throw new UserError("question " + (first + row) / Example.ENDINGS + ": found an ending of " + ending.length
                    + " tokens, expected at most " + T + ", which is what the model can read");
            }
            fill(row, example.context(), ending);
        }
        model.of(losses, tokens, targets);
    }

    /** The last token of the context predicts the first of the ending. What stands behind the ending can't reach back. */
    private void fill(int row, int[] context, int[] ending) {
        int at = row * T;
        int kept = kept(context, ending);
        System.arraycopy(context, context.length - kept, tokens, at, kept);
        System.arraycopy(ending, 0, tokens, at + kept, ending.length - 1);
        System.arraycopy(ending, 0, targets, at + kept - 1, ending.length);
    }

    private int kept(int[] context, int[] ending) {
        return Math.min(context.length, T + 1 - ending.length);
    }

    private double sum(int row, Example example, int ending) {
        int[] tokensOfEnding = example.endings().get(ending);
        int first = row * T + kept(example.context(), tokensOfEnding) - 1;
        double sum = 0;
        for (int i = first; i < first + tokensOfEnding.length; i++) {
            sum += losses[i];
        }
        return sum;
    }

    private static Answer answer(Example example, List<Double> sums) {
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < sums.size(); i++) {
            means.add(sums.get(i) / example.endings().get(i).length);
        }
        return new Answer(sums, smallest(sums), smallest(means));
    }

    private static int smallest(List<Double> values) {
        int best = 0;
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i) < values.get(best)) {
                best = i;
            }
        }
        return best;
    }
}
