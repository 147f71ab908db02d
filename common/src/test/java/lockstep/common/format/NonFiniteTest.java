package lockstep.common.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Values that are no finite numbers, in every file that holds weights or moments. */
class NonFiniteTest {
    private static final Path GOLDEN = Bytes.golden("model.bin");
    private static final float[] BAD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0xFFC00001)};

    @TempDir
    private Path directory;

    @Test
    void oneIsFoundWhereverItStands() {
        float[] values = new float[3 * 4096 + 5];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
        }
        assertEquals(OptionalInt.empty(), NonFinite.first(values, 0, values.length));
        for (int at : new int[] {0, 1, 15, 16, 4095, 4096, 8191, 8193, values.length - 1}) {
            for (float bad : BAD) {
                float there = values[at];
                values[at] = bad;
                assertEquals(OptionalInt.of(at), NonFinite.first(values, 0, values.length), "at " + at);
                assertEquals(OptionalInt.empty(), NonFinite.first(values, 0, at), "before " + at);
                assertEquals(OptionalInt.empty(), NonFinite.first(values, at + 1, values.length), "behind " + at);
                assertEquals(1, NonFinite.count(values, 0, values.length));
                values[at] = there;
            }
        }
    }

    @Test
    void aModelIsRefusedByTensorLayerAndIndex() {
        ModelShape shape = ModelFile.readShape(GOLDEN);
        ParameterLayout layout = new ParameterLayout(shape);
        for (float bad : BAD) {
            float[] params = ModelFile.readParameters(GOLDEN);
            params[layout.offset(Tensor.LNFB) + 47] = bad;
            params[layout.offset(Tensor.FCW, 2) + 17] = bad;
            Path file = directory.resolve("model" + Float.floatToRawIntBits(bad) + ".bin");
            ModelFile.write(file, shape, params);
            assertTold(() -> ModelFile.readParameters(file), file, "fcw: layer 2: value 17: found " + bad, "finite", "older checkpoint");
            String description = String.join("\n", FileDescription.describe(file));
            assertTrue(description.contains("not finite      2 of 92,976 values, the first one is fcw: layer 2: value 17: " + bad),
                description);
        }
        assertFalse(String.join("\n", FileDescription.describe(GOLDEN)).contains("not finite"));
    }

    @Test
    void aModelInBf16IsRefusedByTensorLayerAndIndex() {
        ModelShape shape = ModelFile.readShape(GOLDEN);
        float[] params = ModelFile.readParameters(GOLDEN);
        params[shape.V() * shape.C() - 1] = Float.NEGATIVE_INFINITY;
        Path file = directory.resolve("model.bin");
        DurableFile.create(file, channel -> ModelFile.writeBf16(channel, file, shape, params));
        assertTold(() -> ModelFile.readParameters(file), file, "wte: value 4655: found -Infinity");
        assertTrue(String.join("\n", FileDescription.describe(file)).contains("the first one is wte: value 4655: -Infinity"));
    }

    @Test
    void aWeightThatBf16WouldMakeInfiniteIsNotWritten() {
        ModelShape shape = ModelFile.readShape(GOLDEN);
        float[] params = ModelFile.readParameters(GOLDEN);
        params[5] = Float.intBitsToFloat(0x7F7F7FFF);
        Path largest = directory.resolve("largest.bin");
        DurableFile.create(largest, channel -> ModelFile.writeBf16(channel, largest, shape, params));
        assertEquals(Float.intBitsToFloat(0x7F7F0000), ModelFile.readParameters(largest)[5]);
        params[5] = -Float.MAX_VALUE;
        Path file = directory.resolve("beyond.bin");
        assertTold(() -> DurableFile.create(file, channel -> ModelFile.writeBf16(channel, file, shape, params)), file,
            "wte: value 5: found the weight -3.4028235E38", "the largest of bf16; take fp32");
        assertFalse(Files.exists(file));
    }

    @Test
    void momentsAreRefusedByNameAndIndex() throws IOException {
        float[] m = {1, 2, 3};
        float[] v = {4, 5, Float.POSITIVE_INFINITY};
        Path file = directory.resolve("state.bin");
        OptimizerStateFile.write(file, 7, m, v);
        assertTold(() -> OptimizerStateFile.read(file, new float[3], new float[3]), file, "v: value 2: found Infinity", "older checkpoint");
        assertTold(() -> TrainerStateFile.read(file, new float[3], new float[3], new float[3]), file, "v: value 2: found Infinity");
        assertTrue(String.join("\n", FileDescription.describe(file)).contains("1 of 6 values, the first one is v: value 2: Infinity"));
        Path swapped = directory.resolve("swapped.bin");
        OptimizerStateFile.write(swapped, 7, v, m);
        assertTold(() -> OptimizerStateFile.read(swapped, new float[3], new float[3]), swapped, "m: value 2: found Infinity");
        Path master = directory.resolve("master.bin");
        DurableFile.create(master,
            channel -> TrainerStateFile.write(channel, master, 7, new float[][] {{1, Float.NaN, 1}, m, m}, true, _ -> {}));
        assertTold(() -> TrainerStateFile.read(master, new float[3], new float[3], new float[3]), master,
            "master weights: value 1: found NaN");
        assertTrue(Files.size(master) > 0);
    }
}
