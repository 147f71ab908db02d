package lockstep.node.evaluate;

import java.util.List;

import org.junit.jupiter.api.Test;

import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.node.model.Golden;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;

class MultipleChoiceTest {
    private final Golden golden = Golden.load("tiny");
    private final Example example =
        new Example(2, new int[] {5, 9, 11}, List.of(new int[] {7, 8}, new int[] {30, 31, 32, 33}, new int[] {1}, new int[] {90, 4, 4}));

    @Test
    void theAnswerIsTheEndingThatAloneHasTheSmallestLoss() {
        try (Workers workers = new Workers(2)) {
            double[] sums = new double[4];
            double[] means = new double[4];
            for (int i = 0; i < 4; i++) {
                sums[i] = lossOfEndingAlone(example.context(), example.endings().get(i), workers);
                means[i] = sums[i] / example.endings().get(i).length;
            }
            MultipleChoice.Answer answer = new MultipleChoice(golden.shape(), 20, golden.params(), workers).answer(example);
            assertEquals(smallest(sums), answer.bySum());
            assertEquals(smallest(means), answer.byMean());
        }
    }

    /** Cut to exactly the tokens that predict and are predicted, with the losses of the context taken out. */
    private double lossOfEndingAlone(int[] context, int[] ending, Workers workers) {
        int T = context.length + ending.length - 1;
        int[] row = new int[T + 1];
        System.arraycopy(context, 0, row, 0, context.length);
        System.arraycopy(ending, 0, row, context.length, ending.length);
        double[] losses = new double[T];
        new Gpt2(golden.shape(), 1, T, golden.params(), workers, Recompute.NONE).tokenLosses(losses, java.util.Arrays.copyOf(row, T),
            java.util.Arrays.copyOfRange(row, 1, T + 1));
        double sum = 0;
        for (int t = context.length - 1; t < T; t++) {
            sum += losses[t];
        }
        return sum;
    }

    private static int smallest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] < values[best] ? i : best;
        }
        return best;
    }

    @Test
    void theLongestRowIsFound() {
        assertEquals(7, MultipleChoice.longest(List.of(example)));
    }
}
