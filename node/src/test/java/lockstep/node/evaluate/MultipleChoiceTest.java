package lockstep.node.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.node.model.Golden;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
            MultipleChoice.Answer answer = answers(List.of(example), 4, 20, workers).getFirst();
            assertEquals(smallest(sums), answer.bySum());
            assertEquals(smallest(means), answer.byMean());
        }
    }

    private List<MultipleChoice.Answer> answers(List<Example> examples, int B, int T, Workers workers) {
        Heard heard = new Heard();
        score(examples, B, T, workers, heard);
        return heard.answers;
    }

    private MultipleChoice.Score score(List<Example> examples, int B, int T, Workers workers, Heard heard) {
        Gpt2 gpt2 = new Gpt2(golden.shape(), B, T, golden.params(), workers, Recompute.BLOCK);
        return new MultipleChoice(gpt2::tokenLosses, B, T).score(examples, heard);
    }

    private static final class Heard implements MultipleChoice.Listener {
        private final List<MultipleChoice.Answer> answers = new ArrayList<>();
        private int wanted = Integer.MAX_VALUE;

        @Override
        public void answered(int question, MultipleChoice.Answer answer) {
            assertEquals(answers.size(), question);
            answers.add(answer);
        }

        @Override
        public boolean goesOn() {
            return wanted-- > 0;
        }
    }

    private List<Example> questions(int n) {
        return IntStream.range(0, n).mapToObj(i -> new Example(i % 4, new int[] {5, 9 + i, 11}, example.endings())).toList();
    }

    @Test
    void neitherBatchNorLengthNorThreadsShowInTheBits() {
        List<MultipleChoice.Answer> expected;
        try (Workers workers = new Workers(1)) {
            expected = answers(questions(7), 4, 6, workers);
        }
        try (Workers workers = new Workers(3)) {
            for (int B : new int[] {1, 2, 3, 5, 8, 40}) {
                assertEquals(expected, answers(questions(7), B, 6 + B % 7, workers));
            }
        }
        assertEquals(7, expected.size());
    }

    @Test
    void theScoreCountsTheRightAnswersOfThoseAsked() {
        try (Workers workers = new Workers(2)) {
            Heard heard = new Heard();
            MultipleChoice.Score score = score(questions(9), 3, 6, workers, heard);
            List<MultipleChoice.Answer> answers = heard.answers;
            assertEquals(9, score.questions());
            assertEquals(IntStream.range(0, 9).filter(i -> answers.get(i).bySum() == i % 4).count(), score.rightBySum());
            assertEquals(IntStream.range(0, 9).filter(i -> answers.get(i).byMean() == i % 4).count(), score.rightByMean());
            assertEquals(score.rightByMean() / 9.0, score.accuracyByMean());
            assertEquals(0, score.cut());
            Heard impatient = new Heard();
            impatient.wanted = 2;
            assertEquals(1, score(questions(9), 3, 6, workers, impatient).questions()); // six rows
        }
    }

    @Test
    void aContextThatIsTooLongLosesItsOldestTokens() {
        Example longer = new Example(0, new int[] {60, 61, 62, 5, 9, 11}, example.endings());
        try (Workers workers = new Workers(1)) {
            Heard heard = new Heard();
            MultipleChoice.Score score = score(List.of(longer), 4, 6, workers, heard);
            assertEquals(1, score.cut());
            // of the longest ending three tokens of the context are left, which are the other example's
            assertEquals(answers(List.of(example), 4, 6, workers).getFirst().sumsNats().get(1), heard.answers.getFirst().sumsNats().get(1));
            assertThrows(UserError.class, () -> answers(List.of(example), 4, 3, workers));
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
        assertEquals(6, MultipleChoice.longest(List.of(example)));
    }
}
