package lockstep.node.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.format.DebugState;
import lockstep.common.model.FinalRanges;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.Kernels;
import lockstep.node.layer.Compute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The model against PyTorch: logits, loss and all 16 gradients. */
class Gpt2GoldenTest {
    private final Workers workers = new Workers(2);

    @AfterEach
    void stop() {
        workers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "small"})
    void logitsLossAndGradientsAreThoseOfPyTorch(String name) {
        Golden golden = Golden.load(name);
        DebugState expected = golden.state();
        Gpt2 model = new Gpt2(golden.shape(), expected.B(), expected.T(), golden.params(), workers, Recompute.NONE);
        float[] logits = new float[expected.logits().length];
        model.logits(logits, expected.x());
        for (int i = 0; i < logits.length; i++) {
            assertEquals(expected.logits()[i], logits[i], 1e-3f);
        }
        float[] grads = new float[golden.params().length];
        double loss = model.accumulateGradient(grads, expected.x(), expected.y());
        assertEquals(expected.lossNats(), loss, 1e-5 * expected.lossNats());
        assertEquals(loss, model.loss(expected.x(), expected.y()), 0.0);
        ParameterLayout layout = new ParameterLayout(golden.shape());
        for (Tensor tensor : Tensor.values()) {
            double error = relativeError(grads, expected.gradients(), layout.offset(tensor), layout.size(tensor));
            assertTrue(error <= 1e-4, () -> tensor.label() + ": relative error " + error);
        }
    }

    private static double relativeError(float[] actual, float[] expected, int from, int n) {
        double difference = 0;
        double norm = 0;
        for (int i = from; i < from + n; i++) {
            difference += ((double) actual[i] - expected[i]) * ((double) actual[i] - expected[i]);
            norm += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }

    /** Whatever was there, padding and the positions beyond T included. */
    @Test
    void aGradientOverwritesWhatAddingToZerosGives() {
        for (String name : List.of("tiny", "small")) {
            Golden golden = Golden.load(name);
            DebugState batch = golden.state();
            Gpt2 model = new Gpt2(golden.shape(), batch.B(), batch.T(), golden.params(), workers, Recompute.NONE);
            float[] added = new float[golden.params().length];
            double loss = model.accumulateGradient(added, batch.x(), batch.y());
            float[] overwritten = new float[added.length];
            Arrays.fill(overwritten, Float.NaN);
            assertEquals(loss, model.gradient(overwritten, batch.x(), batch.y()));
            assertArrayEquals(added, overwritten);
        }
    }

    @Test
    void gradientsAreAddedToWhatIsThere() {
        Golden golden = Golden.load("tiny");
        DebugState batch = golden.state();
        Gpt2 model = new Gpt2(golden.shape(), batch.B(), batch.T(), golden.params(), workers, Recompute.NONE);
        float[] once = new float[golden.params().length];
        model.accumulateGradient(once, batch.x(), batch.y());
        float[] twice = once.clone();
        model.accumulateGradient(twice, batch.x(), batch.y());
        for (int i = 0; i < once.length; i++) {
            assertEquals(2.0 * once[i], twice[i], 1e-6 + 1e-4 * Math.abs(once[i]));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void bitsDoNotDependOnThreadsNorOnTheVectorApi(int threads) {
        Golden golden = Golden.load("tiny");
        float[] expected = gradient(golden, new Compute(workers, Kernels.scalar()));
        try (Workers others = new Workers(threads)) {
            assertArrayEquals(expected, gradient(golden, new Compute(others, Kernels.vector())));
        }
    }

    private static float[] gradient(Golden golden, Compute compute) {
        DebugState batch = golden.state();
        float[] grads = new float[golden.params().length];
        new Gpt2(golden.shape(), batch.B(), batch.T(), golden.params(), compute, Recompute.NONE).accumulateGradient(grads, batch.x(),
            batch.y());
        return grads;
    }

    /** At each place where it can be, and nothing of it shows in the next gradient. */
    @Test
    void aPassThatIsGivenUpLeavesNoTrace() {
        Golden golden = Golden.load("tiny");
        DebugState batch = golden.state();
        Gpt2 model = new Gpt2(golden.shape(), batch.B(), batch.T(), golden.params(), workers, Recompute.NONE);
        float[] whole = new float[golden.params().length];
        AtomicInteger places = new AtomicInteger();
        double loss = model.gradient(whole, batch.x(), batch.y(), () -> places.incrementAndGet() < 0, FinalRanges.UNHEARD);
        assertEquals(2 * golden.shape().L() + 1, places.get(), "each block twice, and the classifier's one chunk");
        for (int place = 1; place <= places.get(); place++) {
            int last = place;
            AtomicInteger asked = new AtomicInteger();
            assertTrue(Double.isNaN(
                model.gradient(new float[whole.length], batch.x(), batch.y(), () -> asked.incrementAndGet() >= last, FinalRanges.UNHEARD)));
            float[] again = new float[whole.length];
            assertEquals(loss, model.gradient(again, batch.x(), batch.y()));
            assertArrayEquals(whole, again);
        }
    }

    /** Whoever is told may have other numbers put there at once. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny", "small"})
    void everyFloatIsSaidToBeFinalOnceAndIsNotTouchedAgain(String name) {
        Golden golden = Golden.load(name);
        DebugState batch = golden.state();
        Gpt2 model = new Gpt2(golden.shape(), batch.B(), batch.T(), golden.params(), workers, Recompute.BLOCK);
        float[] expected = new float[golden.params().length];
        model.gradient(expected, batch.x(), batch.y());
        float[] grads = new float[expected.length];
        float[] heard = new float[expected.length];
        Arrays.fill(heard, Float.NaN);
        List<Integer> starts = new ArrayList<>();
        model.gradient(grads, batch.x(), batch.y(), () -> false, (from, to) -> {
            starts.add(from);
            for (int i = from; i < to; i++) {
                assertTrue(Float.isNaN(heard[i]), "float " + i + " was final before");
                heard[i] = grads[i];
                grads[i] = Float.NEGATIVE_INFINITY;
            }
        });
        assertArrayEquals(expected, heard);
        float[] untouched = new float[grads.length];
        Arrays.fill(untouched, Float.NEGATIVE_INFINITY);
        assertArrayEquals(untouched, grads);
        assertEquals(2 + 12 * golden.shape().L(), starts.size(), "lnf, each tensor of each block, wte with wpe");
        assertEquals(0, starts.getLast(), "wte waits for the embedding");
    }

    @Test
    void oneSequenceOfOneTokenTrains() {
        Golden golden = Golden.load("tiny");
        Gpt2 model = new Gpt2(golden.shape(), 1, 1, golden.params(), workers, Recompute.NONE);
        float[] grads = new float[golden.params().length];
        double loss = model.accumulateGradient(grads, new int[] {5}, new int[] {6});
        assertTrue(loss > 0 && Double.isFinite(loss));
    }
}
