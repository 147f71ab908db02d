package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OptimizerStateFileTest {
    private static final float[] M = {1.5f, -0f, Float.MIN_VALUE};
    private static final float[] V = {0.25f, 3f, 1e-38f};

    @TempDir
    private Path directory;

    @Test
    void writesTheBytesOfLlmC() throws IOException {
        Path file = directory.resolve("state.bin");
        OptimizerStateFile.write(file, 77, M, V);
        ByteBuffer expected = Bytes.withHeader(24, 20240527, 1, 1).putInt(40, 77);
        expected.putFloat(1.5f).putFloat(-0f).putFloat(Float.MIN_VALUE).putFloat(0.25f).putFloat(3f).putFloat(1e-38f);
        assertEquals(expected.rewind(), ByteBuffer.wrap(Files.readAllBytes(file)));
    }

    @Test
    void readsWhatItWrote() {
        Path file = directory.resolve("state.bin");
        OptimizerStateFile.write(file, 77, M, V);
        float[] m = new float[3];
        float[] v = new float[3];
        assertEquals(77, OptimizerStateFile.readStep(file));
        assertEquals(77, OptimizerStateFile.read(file, m, v));
        assertArrayEquals(M, m);
        assertArrayEquals(V, v);
        assertEquals(OptimizerStateFile.momentsSha256(file), OptimizerStateFile.momentsSha256(M, V));
        assertNotEquals(OptimizerStateFile.momentsSha256(file), OptimizerStateFile.momentsSha256(V, M));
    }

    @Test
    void anotherProgramsExtrasAreRefused() throws IOException {
        Path file = directory.resolve("state.bin");
        OptimizerStateFile.write(file, 77, M, V);
        Path ranks = Bytes.withField(file, directory.resolve("ranks.bin"), 2, 8);
        assertTold(() -> OptimizerStateFile.readStep(ranks), ranks, "num_processes, rank: found 8, 0, expected 1, 0");
        Path shuffled = Bytes.withField(file, directory.resolve("shuffled.bin"), 5, 1);
        assertTold(() -> OptimizerStateFile.readStep(shuffled), shuffled, "should_shuffle: found 0, 1, expected 0, 0");
    }

    @Test
    void momentsOfDifferentLengthsAreAMistakeInTheProgram() {
        assertThrows(IllegalArgumentException.class, () -> OptimizerStateFile.write(directory.resolve("a.bin"), 1, M, new float[2]));
        assertThrows(IllegalArgumentException.class, () -> OptimizerStateFile.read(directory.resolve("a.bin"), M, new float[2]));
    }

    /** A checkpoint's state has one length, that of the model: whatever its header says, it is read in that or refused. */
    @Test
    void absurdHeadersAndLengthsAreAClearErrorOrTheState() throws IOException {
        Path file = directory.resolve("state.bin");
        OptimizerStateFile.write(file, 77, M, V);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(20261128);
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] absurd = Arrays.copyOf(whole, random.nextInt(3) == 0 ? random.nextInt(2 * whole.length) : whole.length);
            int field = random.nextInt(1, 14);
            if (4 * field + 4 <= absurd.length) {
                ByteBuffer.wrap(absurd).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * field, (int) Absurd.number(random));
            }
            Files.write(file, absurd);
            float[] m = new float[M.length];
            try {
                OptimizerStateFile.read(file, m, new float[V.length]);
                assertArrayEquals(M, m);
            } catch (UserError e) {
                assertTrue(e.getMessage().startsWith(file + ": ") && e.getMessage().lines().count() == 1, e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 2000 && refused < 4000, refused + " refused");
    }
}
