package lockstep.common.random;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Against PyTorch. {@code torch/normal_N.bin} holds, after {@code torch.manual_seed(42)}, the N values of {@code torch.zeros(N).normal_(0, 0.02)} and then the one
 * of {@code torch.rand(1)}, which shows how many draws the N values took.
 */
class Mt19937Test {
    @Test
    void drawsPyTorchsFirstNumbers() {
        Mt19937 random = new Mt19937(137);
        long[] found = IntStream.range(0, 5).mapToLong(i -> Integer.toUnsignedLong(random.nextInt())).toArray();
        assertArrayEquals(new long[] {4053805790L, 2173880614L, 380293709L, 1237255315L, 2986595568L}, found);
    }

    @Test
    void agreesWithTheGeneratorsPublishedTenThousandthNumber() {
        Mt19937 random = new Mt19937(5489);
        for (int i = 1; i < 10_000; i++) {
            random.nextInt();
        }
        assertEquals(4123659995L, Integer.toUnsignedLong(random.nextInt()));
    }

    @Test
    void makesAFloatOfTheLow24Bits() {
        assertEquals((4053805790L & 0xFFFFFF) / 16777216f, new Mt19937(137).nextFloat());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 15, 16, 17, 35, 1000})
    void fillsWithTheNormalsThatTorchFillsWith(int n) throws IOException {
        float[] expected = fixture(n);
        Mt19937 random = new Mt19937(42);
        float[] found = new float[n + 2];
        random.fillNormal(found, 1, n, 0, 0.02f);
        assertArrayEquals(Arrays.copyOf(expected, n), Arrays.copyOfRange(found, 1, n + 1), 1e-7f);
        assertEquals(0f, found[0], "before the range");
        assertEquals(0f, found[n + 1], "after the range");
        assertEquals(expected[n], random.nextFloat(), "the draw that follows");
    }

    @Test
    void makesTheMeanOfADrawOfZero() {
        int place = 6;
        Mt19937 uniform = new Mt19937(1_753_191); // the first seed whose eight first draws hold a 0
        for (int i = 0; i < place; i++) {
            uniform.nextFloat();
        }
        assertEquals(0f, uniform.nextFloat());

        float[] found = new float[16];
        new Mt19937(1_753_191).fillNormal(found, 0, 16, 3, 0.02f);
        assertEquals(3f, found[place]);
        assertEquals(3f, found[place + 8]);
    }

    @Test
    void scalesAndShiftsNormals() {
        float[] standard = new float[35];
        float[] scaled = new float[35];
        new Mt19937(7).fillNormal(standard, 0, 35, 0, 1);
        new Mt19937(7).fillNormal(scaled, 0, 35, 3, 0.5f);
        for (int i = 0; i < 35; i++) {
            assertEquals(3 + 0.5f * standard[i], scaled[i], 1e-6f);
        }
    }

    @Test
    void fillingNothingDrawsNothing() {
        Mt19937 random = new Mt19937(137);
        random.fillNormal(new float[0], 0, 0, 0, 1);
        assertEquals(4053805790L, Integer.toUnsignedLong(random.nextInt()));
    }

    /** The order of tiny-shakespeare's samples for B=4, T=64 in llm.c's loader. */
    @Test
    void shufflesAsTheLoaderOfLlmC() {
        int[] order = IntStream.range(0, 1192).toArray();
        new Mt19937(42).permute(order);
        assertArrayEquals(new int[] {408, 791, 914, 1057, 81, 450, 299, 907, 582, 321}, Arrays.copyOf(order, 10));
        Arrays.sort(order);
        assertArrayEquals(IntStream.range(0, 1192).toArray(), order);
    }

    private static float[] fixture(int n) throws IOException {
        try (InputStream in = Mt19937Test.class.getResourceAsStream("/torch/normal_" + n + ".bin")) {
            float[] values = new float[n + 1];
            ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return values;
        }
    }

    /** {@code data = list(range(n)); random.Random(key).shuffle(data)} of Python 3. */
    @Test
    void shufflesAsPythonDoes() {
        assertArrayEquals(new int[] {0, 3, 7, 2, 1, 6, 4, 5, 8, 9}, shuffled(1337, 10));
        assertArrayEquals(new int[] {1, 0, 6, 2, 9, 8, 3, 7, 4, 5}, shuffled(1338, 10));
        assertArrayEquals(new int[] {6, 3, 7, 1, 8, 0, 4, 5, 2, 9}, shuffled(1386, 10));
        assertArrayEquals(new int[] {7, 8, 1, 5, 3, 4, 2, 0, 9, 6}, shuffled(0, 10));
        assertArrayEquals(new int[] {1, 0, 2}, shuffled(1386, 3));
        assertArrayEquals(new int[] {1, 0}, shuffled(1386, 2));
        assertArrayEquals(new int[] {0}, shuffled(1337, 1));
        assertArrayEquals(new int[0], shuffled(1337, 0));
    }

    /** Each to its Arrays.hashCode without the leading 1: h = 31 h + value. */
    @Test
    void shufflesManyAsPythonDoes() {
        assertEquals(-39536856, hash(shuffled(1337, 1000)));
        assertEquals(1787369811, hash(shuffled(1385, 100_003)));
        assertEquals(1842983008, hash(shuffled(Integer.MAX_VALUE, 65_536)));
        assertEquals(2103640574, hash(shuffled(Integer.MAX_VALUE, 65_537)));
    }

    @Test
    void aNegativeKeyIsAMistakeInTheProgram() {
        assertThrows(IllegalArgumentException.class, () -> Mt19937.ofKey(-1));
    }

    private static int[] shuffled(int key, int n) {
        int[] data = IntStream.range(0, n).toArray();
        Mt19937.ofKey(key).shuffle(data);
        return data;
    }

    private static int hash(int[] data) {
        return Arrays.stream(data).reduce(0, (h, value) -> 31 * h + value);
    }
}
