package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/** Appends little-endian values to a file, in bounded memory, and tells how far it has come. */
public final class ValueOutput {
    /** Values that are staged at a time: 1 MiB of floats. */
    private static final int STAGE = 1 << 18;

    private final FileChannel channel;
    private final LongConsumer progress;
    private final ByteBuffer stage = ByteBuffer.allocateDirect(STAGE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * @param channel written from its position on
     * @param progress told of the file's bytes after each part
     */
    public ValueOutput(FileChannel channel, LongConsumer progress) {
        this.channel = channel;
        this.progress = progress;
    }

    /** How a float becomes bytes. */
    public enum Width {
        FP32(Float.BYTES),
        /** IEEE binary16, to the nearest, ties to even. */
        FP16(Short.BYTES),
        /** The upper half of an fp32, to the nearest, ties to even. */
        BF16(Short.BYTES);

        private final int bytes;

        Width(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    public void write(byte[] bytes) throws IOException {
        drain(ByteBuffer.wrap(bytes));
    }

    /** Appends values[from] to values[from + count − 1]. */
    public void write(float[] values, int from, int count, Width width) throws IOException {
        for (int at = from; at < from + count; at += STAGE) {
            int n = Math.min(STAGE, from + count - at);
            stage.clear().limit(n * width.bytes);
            switch (width) {
                case FP32 -> stage.asFloatBuffer().put(values, at, n);
                case FP16 -> {
                    for (int i = 0; i < n; i++) {
                        stage.putShort(i * Short.BYTES, Float.floatToFloat16(values[at + i]));
                    }
                }
                case BF16 -> {
                    for (int i = 0; i < n; i++) {
                        stage.putShort(i * Short.BYTES, toBf16(values[at + i]));
                    }
                }
            }
            drain(stage);
        }
    }

    static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // its payload may lie in the lower half alone: rounding would make an infinity of it
            return (short) (bits >>> Short.SIZE | 0x40);
        }
        return (short) (bits + 0x7FFF + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
    }

    private void drain(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        progress.accept(channel.position());
    }
}
