package lockstep.common.format;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ModelFileTest {
    private static final Path GOLDEN = Bytes.golden("model.bin");

    @TempDir
    private Path directory;

    @Test
    void readsTheShape() {
        assertEquals(new ModelShape(40, 97, 128, 3, 2, 48), ModelFile.readShape(GOLDEN));
    }

    @Test
    void whatIsReadAndWrittenAgainIsTheSameToTheByte() throws IOException {
        Path copy = directory.resolve("copy.bin");
        ModelFile.write(copy, ModelFile.readShape(GOLDEN), ModelFile.readParameters(GOLDEN));
        assertEquals(-1, Files.mismatch(GOLDEN, copy));
    }

    @Test
    void rowsBeyondTheVocabularyAreZeroAndThoseWithinAreNot() {
        ModelShape shape = ModelFile.readShape(GOLDEN);
        float[] params = ModelFile.readParameters(GOLDEN);
        int wte = new ParameterLayout(shape).offset(Tensor.WTE);
        float[] padding = Arrays.copyOfRange(params, wte + shape.V() * shape.C(), wte + shape.Vp() * shape.C());
        assertArrayEquals(new float[31 * 48], padding);
        assertNotEquals(0f, params[wte + (shape.V() - 1) * shape.C()]);
        assertNotEquals(0f, params[new ParameterLayout(shape).offset(Tensor.WPE)]);
    }

    @Test
    void readsBf16AsTheUpperHalfOfEachFloat() throws IOException {
        byte[] fp32 = Files.readAllBytes(GOLDEN);
        ByteBuffer source = ByteBuffer.wrap(fp32).order(ByteOrder.LITTLE_ENDIAN);
        int n = (fp32.length - 1024) / 4;
        ByteBuffer bf16 = Bytes.withHeader(2 * n);
        bf16.put(0, fp32, 0, 1024).putInt(4, 5);
        float[] expected = new float[n];
        for (int i = 0; i < n; i++) {
            int bits = source.getInt(1024 + 4 * i);
            bf16.putShort((short) (bits >>> 16));
            expected[i] = Float.intBitsToFloat(bits & 0xFFFF0000);
        }
        Path file = Bytes.write(directory.resolve("bf16.bin"), bf16);
        assertEquals(ModelFile.readShape(GOLDEN), ModelFile.readShape(file));
        assertArrayEquals(expected, ModelFile.readParameters(file));
    }

    @Test
    void hashesTheWeightsAsTheyStandInTheFile() throws IOException, NoSuchAlgorithmException {
        byte[] bytes = Files.readAllBytes(GOLDEN);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, 1024, bytes.length - 1024);
        String expected = HexFormat.of().formatHex(digest.digest());
        assertEquals(expected, ModelFile.weightsSha256(ModelFile.readParameters(GOLDEN)));
        assertEquals(expected, ModelFile.weightsSha256(GOLDEN));
    }

    /** More than one stage of the bounded buffer, and not a multiple of it. */
    @Test
    void hashesAndWritesMoreThanItsBufferHolds() throws IOException {
        ModelShape shape = ModelShape.of(8, 2000, 1, 1, 560);
        float[] params = new float[(int) shape.parameterCount()];
        for (int i = 0; i < params.length; i++) {
            params[i] = i * 0x1p-20f - 1;
        }
        Path file = directory.resolve("model.bin");
        ModelFile.write(file, shape, params);
        assertEquals(1024 + 4 * shape.parameterCount(), Files.size(file));
        assertArrayEquals(params, ModelFile.readParameters(file));
        assertEquals(ModelFile.weightsSha256(file), ModelFile.weightsSha256(params));
    }

    @Test
    void theOldUnpaddedVersionIsRefusedWithAHint() throws IOException {
        Path old = Bytes.withField(GOLDEN, directory.resolve("old.bin"), 1, 1);
        assertTold(() -> ModelFile.readShape(old), old, "version: found 1, expected 3", "5", "train_gpt2.py");
    }

    @Test
    void headsThatDoNotDivideChannelsAreRefused() throws IOException {
        Path broken = Bytes.withField(GOLDEN, directory.resolve("broken.bin"), 5, 5);
        assertTold(() -> ModelFile.readShape(broken), broken, "num_heads: found 5, expected a divisor of channels 48");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 6})
    void aVersionThatThereIsNotIsRefused(int version) throws IOException {
        Path broken = Bytes.withField(GOLDEN, directory.resolve("broken.bin"), 1, version);
        assertTold(() -> ModelFile.readShape(broken), broken, "version: found " + version + ", expected 3 (fp32) or 5 (bf16)");
    }

    /** No multiple of 128, and below V. */
    @ParameterizedTest
    @ValueSource(ints = {97, 127, 129, 255})
    void aPaddedVocabularyThatIsNoMultipleOf128IsRefused(int Vp) throws IOException {
        Path broken = Bytes.withField(GOLDEN, directory.resolve("broken.bin"), 7, Vp);
        assertTold(() -> ModelFile.readShape(broken), broken, "padded_vocab_size: found " + Vp + ", expected a multiple of 128");
    }

    @Test
    void aPaddedVocabularyBelowTheVocabularyIsRefused() throws IOException {
        Path broken = Bytes.withField(GOLDEN, directory.resolve("broken.bin"), 3, 129);
        assertTold(() -> ModelFile.readShape(broken), broken, "padded_vocab_size: found 128, expected", "at least vocab_size 129");
    }

    /** d60 has 2,754,259,200 parameters. Sparse: it takes a few KiB of disk. */
    @Test
    void aModelOfMoreParametersThanAnArrayHoldsHasAShapeButIsNotRead() throws IOException {
        Path file = directory.resolve("d60.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1024 + 4 * 2_754_259_200L);
            sparse.write(Bytes.withHeader(0, 20240326, 3, 1024, 50257, 60, 30, 1920, 50304).array());
        }
        assertEquals(ModelShape.named("d60", 50257), ModelFile.readShape(file));
        assertTold(() -> ModelFile.readParameters(file), file, "2754259200 parameters");
    }

    @Test
    void aModelWhoseSizeOverflowsALongIsRefused() throws IOException {
        Path oneHead = Bytes.withField(GOLDEN, directory.resolve("one.bin"), 5, 1);
        Path broken = Bytes.withField(oneHead, directory.resolve("broken.bin"), 6, Integer.MAX_VALUE);
        assertTold(() -> ModelFile.readParameters(broken), broken, "size: found 372928 bytes", "C=2147483647", "no file can have");
    }

    @Test
    void anExistingFileIsNotOverwritten() throws IOException {
        Path file = Files.writeString(directory.resolve("model.bin"), "somebody's");
        ModelShape shape = ModelFile.readShape(GOLDEN);
        float[] params = ModelFile.readParameters(GOLDEN);
        assertTold(() -> ModelFile.write(file, shape, params), file, "already exists");
        assertEquals("somebody's", Files.readString(file));
        assertThrows(IllegalArgumentException.class, () -> ModelFile.write(directory.resolve("other.bin"), shape, new float[3]));
    }
}
