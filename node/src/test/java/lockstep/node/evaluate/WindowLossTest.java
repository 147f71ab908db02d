package lockstep.node.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import lockstep.node.data.ArrayTokens;
import lockstep.node.data.TokenSequence;
import lockstep.node.model.Golden;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class WindowLossTest {
    private static final int[] TEXT = {9, 3, 3, 9, 1, 2, 4, 5, 6, 7, 8, 1, 2, 9, 9, 5, 4};

    /** The target itself is the loss, and 1000 more for each token that it sees: which tokens count shows in the sum. */
    private static TokenLosses spy(int B, int T) {
        return (out, _, targets) -> {
            for (int i = 0; i < B * T; i++) {
                out[i] = targets[i] + 1000.0 * (i % T + 1);
            }
        };
    }

    private static WindowLoss.Measured measure(int B, int T, int stride, OptionalInt end) {
        return new WindowLoss(spy(B, T), B, T, stride, end).measure(List.of(tokens(TEXT)), _ -> true);
    }

    private static TokenSequence tokens(int... tokens) {
        return new ArrayTokens("text", tokens);
    }

    @Test
    void eachTokenButTheFirstCountsOnce() {
        int sum = Arrays.stream(TEXT).sum() - TEXT[0];
        for (int B = 1; B <= 5; B++) {
            for (int T = 1; T <= 20; T++) {
                for (int stride = 1; stride <= T; stride++) {
                    WindowLoss.Measured measured = measure(B, T, stride, OptionalInt.empty());
                    assertEquals(TEXT.length - 1, measured.tokens());
                    assertEquals(sum, measured.sumNats() % 1000);
                    assertEquals(1, measured.documents());
                    assertEquals(measured.sumNats() / measured.tokens(), measured.sumOfMeansNats());
                }
            }
        }
    }

    @Test
    void aTokenSeesWhatTheStrideLeavesIt() {
        // 16 tokens: the first window's four see 1 to 4, all others the most that a stride of 1 leaves, 4
        assertEquals(1 + 2 + 3 + 12 * 4 + 4, (int) (measure(3, 4, 1, OptionalInt.empty()).sumNats() / 1000));
        assertEquals(4 * (1 + 2 + 3 + 4), (int) (measure(3, 4, 4, OptionalInt.empty()).sumNats() / 1000));
        assertEquals(13, measure(3, 4, 1, OptionalInt.empty()).windows());
    }

    @Test
    void documentsAreMeasuredEachByItself() {
        WindowLoss.Measured measured = measure(2, 4, 4, OptionalInt.of(9));
        // [9 3 3] [9 1 2 4 5 6 7 8 1 2] [9] [9 5 4]: ends of text are read and not predicted
        assertEquals(3, measured.documents());
        assertEquals(2 + 9 + 2, measured.tokens());
        assertEquals(6 + 36 + 9, measured.sumNats() % 1000);
        double mean = (3006 / 2.0) + (36 + 1000 * (10 + 10 + 1)) / 9.0 + (3009 / 2.0);
        assertEquals(mean, measured.sumOfMeansNats(), 1e-9);
    }

    @Test
    void whoWantsNoMoreGetsWhatThereIs() {
        WindowLoss.Measured measured =
            new WindowLoss(spy(2, 4), 2, 4, 4, OptionalInt.empty()).measure(List.of(tokens(TEXT)), done -> done < 8);
        assertEquals(8, measured.tokens());
        assertEquals(2, measured.windows());
    }

    @Test
    void nothingToPredictIsNoToken() {
        WindowLoss loss = new WindowLoss(spy(2, 4), 2, 4, 4, OptionalInt.empty());
        assertEquals(0, loss.measure(List.of(tokens(5), tokens()), _ -> true).tokens());
        assertThrows(IllegalArgumentException.class, () -> new WindowLoss(spy(2, 4), 2, 4, 5, OptionalInt.empty()));
    }

    @Test
    void aModelsBatchDoesNotShowInTheBits() {
        Golden golden = Golden.load("tiny");
        try (Workers workers = new Workers(2)) {
            double[] sums = new double[4];
            for (int B = 1; B <= 4; B++) {
                Gpt2 gpt2 = new Gpt2(golden.shape(), B, 8, golden.params(), workers, Recompute.BLOCK);
                sums[B - 1] = new WindowLoss(gpt2::tokenLosses, B, 8, 3, OptionalInt.empty())
                    .measure(List.of(tokens(golden.state().x())), _ -> true).sumNats();
            }
            assertEquals(1, Arrays.stream(sums).distinct().count());
        }
    }
}
