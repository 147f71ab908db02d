package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Floats as the bytes of three widths. */
class ValueOutputTest {
    @TempDir
    private Path directory;

    private ByteBuffer written(float[] values, int from, int count, ValueOutput.Width width) throws IOException {
        Path file = directory.resolve(width.name());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            new ValueOutput(channel, _ -> {}).write(values, from, count, width);
        }
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void moreThanAStageComesOutInOrder() throws IOException {
        float[] values = new float[600_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        ByteBuffer bytes = written(values, 1, 600_000, ValueOutput.Width.FP32);
        assertEquals(4 * 600_000, bytes.remaining());
        for (int i = 1; i < values.length; i++) {
            assertEquals(i, bytes.getFloat());
        }
    }

    @Test
    void upperHalvesAreRoundedToTheNearestTiesToEven() throws IOException {
        int[] in = {0x3F800000, 0x3F807FFF, 0x3F808000, 0x3F808001, 0x3F818000, 0x7F7FFFFF, 0x7F800001, 0xFF800000, 0x80000001};
        int[] out = {0x3F80, 0x3F80, 0x3F80, 0x3F81, 0x3F82, 0x7F80, 0x7FC0, 0xFF80, 0x8000};
        float[] values = new float[in.length];
        for (int i = 0; i < in.length; i++) {
            values[i] = Float.intBitsToFloat(in[i]);
        }
        ByteBuffer bytes = written(values, 0, values.length, ValueOutput.Width.BF16);
        for (int i = 0; i < out.length; i++) {
            assertEquals(out[i], Short.toUnsignedInt(bytes.getShort()), Integer.toHexString(in[i]));
        }
    }

    @Test
    void halvesAreIeee() throws IOException {
        ByteBuffer bytes = written(new float[] {1f, -2f, 65504f, 1e9f, 0x1p-24f}, 0, 5, ValueOutput.Width.FP16);
        for (int expected : new int[] {0x3C00, 0xC000, 0x7BFF, 0x7C00, 0x0001}) {
            assertEquals(expected, Short.toUnsignedInt(bytes.getShort()));
        }
    }
}
