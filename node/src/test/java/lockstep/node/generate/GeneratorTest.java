package lockstep.node.generate;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Numbers;
import lockstep.node.model.Golden;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GeneratorTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Its context takes more than two parts of a prompt, and none of its sizes is whole vectors. */
    private static final ModelShape LONG = ModelShape.of(2 * Generator.ROWS + 7, 97, 2, 3, 27);
    private static final float[] LONG_PARAMS = new Numbers(5).floats(Math.toIntExact(LONG.parameterCount()), 0.5f);
    private static final int[] LONG_TOKENS = new Random(6).ints(LONG.maxT(), 0, LONG.V()).toArray();

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
    }

    /** Kernels, threads. */
    static Stream<Arguments> machines() {
        return Stream.of(Arguments.of(Kernels.scalar(), 1), Arguments.of(Kernels.vector(), 1), Arguments.of(Kernels.vector(), 3));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void howTokensAreDividedAmongCallsChangesNoBit(Kernels kernels, int threads) {
        try (Workers some = new Workers(threads)) {
            float[][] expected = tokenByToken();
            Generator generator = new Generator(LONG, LONG_PARAMS, LONG.maxT(), some, kernels);
            for (int length : new int[] {1, 2, 17, Generator.ROWS, Generator.ROWS + 1, LONG.maxT() - 1, LONG.maxT()}) {
                generator.keep(0);
                assertSameBits(expected[length - 1], generator.feed(Arrays.copyOf(LONG_TOKENS, length)));
            }
            for (int kept : new int[] {80, 48, 5, 1}) {
                generator.keep(kept);
                assertSameBits(expected[kept + 50], generator.feed(Arrays.copyOfRange(LONG_TOKENS, kept, kept + 51)));
            }
        }
    }

    /** The logits after each token, by plain loops on one thread: (T)(V). */
    private static float[][] tokenByToken() {
        float[][] logits = new float[LONG.maxT()][];
        try (Workers one = new Workers(1)) {
            Generator generator = new Generator(LONG, LONG_PARAMS, LONG.maxT(), one, Kernels.scalar());
            Arrays.setAll(logits, t -> generator.feed(LONG_TOKENS[t]).clone());
        }
        return logits;
    }

    private static void assertSameBits(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int v = 0; v < expected.length; v++) {
            assertEquals(Float.floatToRawIntBits(expected[v]), Float.floatToRawIntBits(actual[v]));
        }
    }

    @Test
    void whoListensHearsTheLogitsAfterEachToken() {
        float[][] expected = tokenByToken();
        Generator generator = new Generator(LONG, LONG_PARAMS, workers);
        generator.feed(Arrays.copyOf(LONG_TOKENS, 3));
        int[] next = {0};
        float[] last = generator.feed(Arrays.copyOfRange(LONG_TOKENS, 3, LONG.maxT()), (index, logits) -> {
            assertEquals(next[0]++, index);
            assertSameBits(expected[3 + index], logits);
        });
        assertEquals(LONG.maxT() - 3, next[0]);
        assertSameBits(expected[LONG.maxT() - 1], last);
    }

    @Test
    void whatCannotBeReadIsRefusedWhole() {
        Generator generator = new Generator(LONG, LONG_PARAMS, workers);
        int[] tokens = LONG_TOKENS.clone();
        tokens[LONG.maxT() - 1] = LONG.V();
        assertThrows(IllegalArgumentException.class, () -> generator.feed(tokens));
        assertEquals(0, generator.length());
        generator.feed(LONG_TOKENS);
        assertThrows(IllegalStateException.class, () -> generator.feed(1));
    }

    @Test
    void itTakesTheMemoryThatItSays() {
        ModelShape shape = ModelShape.of(512, 5_000, 3, 4, 256);
        float[] params = new float[Math.toIntExact(shape.parameterCount())];
        new Generator(LONG, LONG_PARAMS, workers); // loads classes
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Generator generator = new Generator(shape, params, workers);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertEquals(shape.maxT(), generator.context());
        long bytes = Generator.bytes(shape, shape.maxT(), workers.threads());
        assertTrue(bytes > 4L << 20 && Math.abs(allocated - bytes) < 16 << 10, () -> "took " + allocated + ", said " + bytes);
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
        new TextGenerator(generator).generate(new int[] {3, 4}, count, new Sampler(SamplerSettings.plain(), seed), (token, _) -> {
            tokens.add(token);
            return true;
        });
        return tokens.build().toArray();
    }

    @Test
    void whoWantsNoMoreGetsNoMore() {
        int[] asked = new int[1];
        Generator generator = new Generator(golden.shape(), golden.params(), workers);
        int drawn = new TextGenerator(generator).generate(new int[] {3}, 50, new Sampler(SamplerSettings.plain(), 1),
            (_, _) -> ++asked[0] < 4);
        assertEquals(4, drawn);
        assertEquals(4, asked[0]);
    }

    @Test
    void whatIsKnownAlreadyChangesNothing() {
        int[] shared = Arrays.copyOf(golden.state().x(), 20);
        TextGenerator second = new TextGenerator(new Generator(golden.shape(), golden.params(), workers));
        draw(second, Arrays.copyOf(golden.state().x(), 12), 40); // beyond the context, which slides
        draw(second, shared, 5);
        for (int length : new int[] {20, 12, 1, 7}) {
            int[] prompt = Arrays.copyOf(shared, length);
            TextGenerator fresh = new TextGenerator(new Generator(golden.shape(), golden.params(), workers));
            assertEquals(draw(fresh, prompt, 9), draw(second, prompt, 9));
        }
    }

    /** Tokens and the bits of their logits. */
    private List<String> draw(TextGenerator generator, int[] prompt, int count) {
        List<String> drawn = new ArrayList<>();
        generator.generate(prompt, count, new Sampler(SamplerSettings.plain(), 3), (token, logits) -> {
            drawn.add(token + " " + Arrays.hashCode(logits));
            return true;
        });
        return drawn;
    }

    @Test
    void thePromptIsHeardTokenByTokenAndCanBeGivenUpBetweenItsParts() {
        List<Integer> read = new ArrayList<>();
        TextListener listener = new TextListener() {
            @Override
            public boolean drawn(int token, float[] logits) {
                throw new AssertionError("nothing was to be drawn");
            }

            @Override
            public boolean goesOn() {
                return read.size() < 3;
            }

            @Override
            public boolean wantsPrompt() {
                return true;
            }

            @Override
            public void promptRead(int index, float[] logits) {
                read.add(index);
            }
        };
        Generator generator = new Generator(LONG, LONG_PARAMS, workers);
        assertEquals(0, new TextGenerator(generator).generate(LONG_TOKENS, 5, new Sampler(SamplerSettings.plain(), 1), listener));
        assertEquals(IntStream.range(0, Generator.ROWS).boxed().toList(), read);
        assertEquals(Generator.ROWS, generator.length());
    }

    @Test
    void logProbabilitiesAreThoseOfTheSoftmax() {
        float[] logits = {1f, 3f, 3f, -2f, 700f, 699f};
        Distribution distribution = new Distribution(logits);
        double sum = 0;
        for (int token = 0; token < logits.length; token++) {
            sum += StrictMath.exp(distribution.logProbability(token));
        }
        assertEquals(1, sum, 1e-12);
        assertEquals(-1, distribution.logProbability(5) - distribution.logProbability(4), 1e-12);
        assertEquals(List.of(4, 5, 1, 2, 0), distribution.top(5, 6).stream().map(Distribution.Likely::token).toList());
        assertEquals(List.of(), distribution.top(0, 6));
        assertEquals(6, distribution.top(20, 50).size());
        assertEquals(List.of(1, 2, 0), distribution.top(5, 3).stream().map(Distribution.Likely::token).toList(),
            "of the tokens that a tokenizer has");
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
    void tokensThatATokenizerDoesNotHaveAreNeverDrawn() {
        float[] logits = {0f, (float) StrictMath.log(3), 50f, 60f};
        for (SamplerSettings settings : List.of(new SamplerSettings(0f, 0, 1f), SamplerSettings.plain(), new SamplerSettings(1f, 3, 1f),
            new SamplerSettings(1f, 0, 0.9f), new SamplerSettings(2f, 2, 0.99f))) {
            Sampler all = new Sampler(settings, 1);
            Sampler two = new Sampler(settings, 1, 2);
            Sampler asIfThereWereNoOthers = new Sampler(settings, 1);
            for (int i = 0; i < 200; i++) {
                assertTrue(all.next(logits) >= 2, settings.toString());
                assertEquals(asIfThereWereNoOthers.next(Arrays.copyOf(logits, 2)), two.next(logits), settings.toString());
            }
        }
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
