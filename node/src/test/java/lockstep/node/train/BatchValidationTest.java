package lockstep.node.train;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;

import lockstep.common.model.FinalRanges;
import lockstep.node.data.ArrayTokens;
import lockstep.node.data.ValidationBatches;

import static org.junit.jupiter.api.Assertions.assertEquals;

class BatchValidationTest {
    /** Losses 0, 8, 16, …: the first token of each batch of 2 × 4. */
    private static BatchValidation validation(int requested, StopFlag raisedAtSecond) {
        GradientSource model = new GradientSource() {
            @Override
            public double gradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
                throw new AssertionError("validation takes no gradient");
            }

            @Override
            public double accumulate(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
                throw new AssertionError("validation takes no gradient");
            }

            @Override
            public double loss(int[] tokens, int[] targets) {
                if (tokens[0] == 8) {
                    raisedAtSecond.raise();
                }
                return tokens[0];
            }

            @Override
            public long forwardNs() {
                return 0;
            }
        };
        return new BatchValidation(new ValidationBatches(List.of(ArrayTokens.counting("val.bin", 0, 41)), 2, 4, requested), model, 8);
    }

    @Test
    void the_loss_is_the_mean_over_the_first_batches() {
        assertEquals(OptionalDouble.of((0 + 8 + 16) / 3.0), validation(3, new StopFlag()).lossNats(new StopFlag()));
    }

    @Test
    void with_fewer_batches_than_asked_for_it_is_the_mean_over_those() {
        BatchValidation validation = validation(100, new StopFlag());
        assertEquals(OptionalDouble.of(16.0), validation.lossNats(new StopFlag()));
        assertEquals(5, validation.batches());
        assertEquals(100, validation.requestedBatches());
    }

    @Test
    void a_stop_between_batches_leaves_no_loss() {
        StopFlag stop = new StopFlag();
        assertEquals(OptionalDouble.empty(), validation(3, stop).lossNats(stop));
    }
}
