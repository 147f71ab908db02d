package lockstep.node.generate;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import lockstep.common.UserError;
import lockstep.node.model.Golden;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GeneratorTest {
    private final Workers workers = new Workers(2);
    private final Golden golden = Golden.load("tiny");

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void theCacheGivesTheLogitsOfAWholeForwardPass() {
        int T = golden.shape().maxT();
        int V = golden.shape().V();
        int[] tokens = Arrays.copyOf(golden.state().x(), T);
        float[] expected = new float[T * V];
        new Gpt2(golden.shape(), 1, T, golden.params(), workers, Recompute.NONE).logits(expected, tokens);
        Generator generator = new Generator(golden.shape(), golden.params(), workers);
        for (int t = 0; t < T; t++) {
            float[] logits = generator.feed(tokens[t]);
            for (int v = 0; v < V; v++) {
                assertEquals(expected[t * V + v], logits[v], 1e-4f);
            }
        }
        assertThrows(IllegalStateException.class, () -> generator.feed(1));
    }

    @Test
    void theSameSeedWritesTheSameTextBeyondTheContext() {
        int count = 2 * golden.shape().maxT();
        int[] first = generate(count, 7);
        assertArrayEquals(first, generate(count, 7));
        assertEquals(count, first.length);
        assertTrue(!Arrays.equals(first, generate(count, 8)));
    }

    private int[] generate(int count, long seed) {
        IntStream.Builder tokens = IntStream.builder();
        Generator generator = new Generator(golden.shape(), golden.params(), workers);
        new TextGenerator(generator, new Sampler(SamplerSettings.plain(), seed)).generate(new int[] {3, 4}, count, token -> {
            tokens.add(token);
            return true;
        });
        return tokens.build().toArray();
    }

    @Test
    void whoWantsNoMoreGetsNoMore() {
        int[] asked = new int[1];
        Generator generator = new Generator(golden.shape(), golden.params(), workers);
        int drawn =
            new TextGenerator(generator, new Sampler(SamplerSettings.plain(), 1)).generate(new int[] {3}, 50, token -> ++asked[0] < 4);
        assertEquals(4, drawn);
        assertEquals(4, asked[0]);
    }

    @Test
    void temperatureZeroTakesTheMostLikelyToken() {
        assertEquals(2, new Sampler(new SamplerSettings(0f, 0, 1f), 1).next(new float[] {0f, 1f, 3f, 2f}));
    }

    @Test
    void topKAndTopPLeaveOutTheUnlikelyTokens() {
        float[] logits = {0f, 1f, 3f, 2f};
        Sampler topTwo = new Sampler(new SamplerSettings(5f, 2, 1f), 1);
        Sampler nucleus = new Sampler(new SamplerSettings(1f, 0, 0.5f), 1);
        boolean second = false;
        for (int i = 0; i < 200; i++) {
            int token = topTwo.next(logits);
            assertTrue(token == 2 || token == 3);
            second |= token == 3;
            assertEquals(2, nucleus.next(logits));
        }
        assertTrue(second);
    }

    @Test
    void drawsFollowTheDistribution() {
        Sampler sampler = new Sampler(SamplerSettings.plain(), 1337);
        int ones = 0;
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            ones += sampler.next(new float[] {0f, (float) StrictMath.log(3)});
        }
        // three quarters, within five standard deviations
        assertEquals(0.75, ones / (double) draws, 5 * Math.sqrt(0.75 * 0.25 / draws));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(UserError.class, () -> new SamplerSettings(-1f, 0, 1f));
        assertThrows(UserError.class, () -> new SamplerSettings(Float.NaN, 0, 1f));
        assertThrows(UserError.class, () -> new SamplerSettings(1f, -1, 1f));
        assertThrows(UserError.class, () -> new SamplerSettings(1f, 0, 0f));
    }
}
