package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.model.ModelShape;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class DebugStateTest {
    private static final Path GOLDEN = Bytes.golden("debug_state.bin");
    private static final ModelShape SHAPE = ModelFile.readShape(Bytes.golden("model.bin"));

    @TempDir
    private Path directory;

    @Test
    void readsEveryField() throws IOException {
        DebugState state = DebugState.read(GOLDEN, SHAPE);
        assertEquals(3, state.B());
        assertEquals(37, state.T());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(GOLDEN)).order(ByteOrder.LITTLE_ENDIAN).position(1024);
        for (int token : state.x()) {
            assertEquals(bytes.getInt(), token);
        }
        for (int token : state.y()) {
            assertEquals(bytes.getInt(), token);
        }
        assertArrayEquals(floats(bytes, 3 * 37 * 97), state.logits());
        assertEquals(bytes.getFloat(), state.lossNats());
        assertArrayEquals(floats(bytes, (int) SHAPE.parameterCount()), state.gradients());
        assertEquals(0, bytes.remaining());
    }

    /** An independent check of what the fields mean: the loss follows from logits and targets. */
    @Test
    void theLossIsThatOfTheLogits() {
        DebugState state = DebugState.read(GOLDEN, SHAPE);
        double sum = 0;
        for (int row = 0; row < 3 * 37; row++) {
            double exponentials = 0;
            for (int i = 0; i < 97; i++) {
                exponentials += StrictMath.exp(state.logits()[row * 97 + i]);
            }
            sum += StrictMath.log(exponentials) - state.logits()[row * 97 + state.y()[row]];
        }
        assertEquals(state.lossNats(), sum / (3 * 37), 1e-5);
    }

    @Test
    void anotherModelsStateIsRefused() {
        ModelShape other = ModelShape.of(40, 98, 3, 2, 48);
        assertTold(() -> DebugState.read(GOLDEN, other), GOLDEN, "size: found 416888 bytes, expected", "B=3, T=37", "V=98");
    }

    @Test
    void aSequenceLongerThanTheModelsContextIsRefused() {
        ModelShape shorter = ModelShape.of(36, 97, 3, 2, 48);
        assertTold(() -> DebugState.read(GOLDEN, shorter), GOLDEN, "T: found 37, expected at most", "36");
    }

    @Test
    void aTokenBeyondTheVocabularyIsRefused() throws IOException {
        Path x = Bytes.withField(GOLDEN, directory.resolve("x.bin"), 256 + 5, 97);
        assertTold(() -> DebugState.read(x, SHAPE), x, "x[5]: found 97, expected a token in 0..96");
        Path y = Bytes.withField(GOLDEN, directory.resolve("y.bin"), 256 + 3 * 37, -1);
        assertTold(() -> DebugState.read(y, SHAPE), y, "y[0]: found -1");
    }

    private static float[] floats(ByteBuffer bytes, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = bytes.getFloat();
        }
        return values;
    }
}
