package lockstep.common.format;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** States as llm.c's CUDA trainer lays them out. */
class TrainerStateFileTest {
    private static final int N = 3;
    private static final int GENERATOR_BYTES = 8 + 4 + 4 + 4 * 624 + 2 * 4;

    /** What reading a header and putting a refusal into words may take. */
    private static final long LITTLE = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory;

    /** Values 0, 1, 2 … for m, v and masters; an order of two shards and three samples where it is shuffled. */
    private Path state(int processes, int rank, boolean master, boolean shuffled, int count) throws IOException {
        int floats = (master ? 3 : 2) * count;
        ByteBuffer file =
            ByteBuffer.allocate(1024 + 4 * floats + (shuffled ? 8 + 8 + 8 + 12 + GENERATOR_BYTES : 0)).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(20240527).putInt(1).putInt(processes).putInt(rank).putInt(master ? 1 : 0).putInt(shuffled ? 1 : 0);
        file.putInt(40, 123).putLong(80, 7).putLong(88, 6).putLong(120, 1).putLong(128, 2).position(1024);
        for (int i = 0; i < floats; i++) {
            file.putFloat(i);
        }
        if (shuffled) {
            file.putLong(2).putInt(1).putInt(0).putLong(3).putInt(2).putInt(0).putInt(1);
        }
        return Files.write(directory.resolve("state.bin"), file.array());
    }

    @Test
    void momentsMastersAndStepAreRead() throws IOException {
        for (boolean shuffled : new boolean[] {false, true}) {
            for (boolean master : new boolean[] {false, true}) {
                Path file = state(1, 0, master, shuffled, N);
                float[] params = {-1, -1, -1};
                float[] m = new float[N];
                float[] v = new float[N];
                assertEquals(123, TrainerStateFile.readStep(file, N));
                assertEquals(123, TrainerStateFile.read(file, params, m, v));
                assertArrayEquals(new float[] {0, 1, 2}, m);
                assertArrayEquals(new float[] {3, 4, 5}, v);
                assertArrayEquals(master ? new float[] {6, 7, 8} : new float[] {-1, -1, -1}, params);
            }
        }
    }

    @Test
    void oneOfSeveralProcessesWillDoWhereItHasTheWhole() throws IOException {
        assertEquals(123, TrainerStateFile.readStep(state(4, 3, true, true, N), N));
        Path part = state(3, 0, true, false, N / 3);
        assertTold(() -> TrainerStateFile.readStep(part, N), part, "one of 3 parts");
    }

    @Test
    void whatDoesNotFitIsNamed() throws IOException {
        Path file = state(1, 0, false, false, N);
        assertTold(() -> TrainerStateFile.readStep(file, N + 1), file, "size: found 1048 bytes, expected 1056");
        Path flag = Bytes.withField(file, directory.resolve("flag.bin"), 4, 2);
        assertTold(() -> TrainerStateFile.readStep(flag, N), flag, "use_master_weights: found 2, expected 0 or 1");
        Path rank = Bytes.withField(file, directory.resolve("rank.bin"), 3, 1);
        assertTold(() -> TrainerStateFile.readStep(rank, N), rank, "rank: found 1, expected 0..0");
        Path step = Bytes.withField(file, directory.resolve("step.bin"), 10, -1);
        assertTold(() -> TrainerStateFile.readStep(step, N), step, "step: found -1");
        Path shuffled = Bytes.withField(file, directory.resolve("shuffled.bin"), 5, 1);
        assertTold(() -> TrainerStateFile.readStep(shuffled, N), shuffled, "truncated");
    }

    @Test
    void anOrderIsHeldAgainstTheFile() throws IOException {
        byte[] whole = Files.readAllBytes(state(1, 0, false, true, N));
        Path file = directory.resolve("order.bin");
        for (long count : new long[] {-1, Long.MAX_VALUE, 1L << 40, 3}) {
            byte[] bytes = whole.clone();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(1024 + 8 * N, count);
            Files.write(file, bytes);
            String message = assertThrows(UserError.class, () -> TrainerStateFile.readStep(file, N)).getMessage();
            assertTrue(message.startsWith(file.toString()), message);
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(UserError.class, () -> TrainerStateFile.readStep(file, N), "length " + length);
        }
    }

    @Test
    void whatIsWrittenHasTheTrainersLayout() throws IOException {
        Path file = directory.resolve("written.bin");
        float[][] paramsMV = {{6, 7, 8}, {0, 1, 2}, {3, 4, 5}};
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            TrainerStateFile.write(channel, file, 123, paramsMV, true, _ -> {});
        }
        ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(state(1, 0, true, false, N))).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(80, 13371337).putLong(88, 13371337).putLong(120, 0).putLong(128, 0);
        assertArrayEquals(expected.array(), Files.readAllBytes(file));
        assertEquals(123, TrainerStateFile.readStep(file, N));
    }

    @Test
    void aFlippedBitIsAClearErrorOrAnotherValue() throws IOException {
        byte[] whole = Files.readAllBytes(state(1, 0, true, true, N));
        Path file = directory.resolve("flipped.bin");
        Random random = new Random(20261125);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] damaged = whole.clone();
            int at = i % 2 == 0 ? random.nextInt(44) : random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                TrainerStateFile.read(file, new float[N], new float[N], new float[N]);
            } catch (UserError e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
            }
        }
        assertTrue(refused > 500, refused + " refused");
    }

    /** Each field that counts something, and each other, at values that no state has; the file longer or shorter than they say. */
    @Test
    void absurdLengthsAreAClearErrorAndAllocateNothing() throws IOException {
        byte[] whole = Files.readAllBytes(state(1, 0, true, true, N));
        int orderAt = 1024 + 12 * N;
        int samplesAt = orderAt + 8 + 2 * 4;
        Path file = directory.resolve("absurd.bin");
        Random random = new Random(20261128);
        readStep(file, whole);
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] absurd = Arrays.copyOf(whole, random.nextInt(3) == 0 ? random.nextInt(2 * whole.length) : whole.length);
            ByteBuffer fields = ByteBuffer.wrap(absurd).order(ByteOrder.LITTLE_ENDIAN);
            switch (random.nextInt(3)) {
                case 0 -> put(fields, 4 * random.nextInt(1, 12), (int) Absurd.number(random));
                case 1 -> put(fields, orderAt, Absurd.number(random));
                default -> put(fields, samplesAt, Absurd.number(random));
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            refused += readStep(file, absurd);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < LITTLE, "round " + round + ": allocated " + allocated + " bytes");
        }
        assertTrue(refused > 2500 && refused < 4000, refused + " refused");
    }

    @Test
    void aStateOfAbsurdlyManyParametersIsRefusedByItsSize() throws IOException {
        Path file = state(1, 0, true, false, N);
        for (long parameters : new long[] {N + 1, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE / 12}) {
            assertTold(() -> TrainerStateFile.readStep(file, parameters), file, "size: found ");
        }
    }

    /** 1 where it is refused. */
    private static int readStep(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        try {
            TrainerStateFile.readStep(file, N);
            return 0;
        } catch (UserError e) {
            assertTrue(e.getMessage().startsWith(file + ": ") && e.getMessage().lines().count() == 1, e.getMessage());
            return 1;
        }
    }

    private static void put(ByteBuffer fields, int at, long value) {
        if (at + Long.BYTES <= fields.capacity()) {
            fields.putLong(at, value);
        }
    }

    private static void put(ByteBuffer fields, int at, int value) {
        if (at + Integer.BYTES <= fields.capacity()) {
            fields.putInt(at, value);
        }
    }
}
