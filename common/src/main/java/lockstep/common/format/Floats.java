package lockstep.common.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Little-endian values between files and arrays, in bulk and in bounded memory. */
final class Floats {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Values that are staged at a time when writing: 4 MiB. */
    private static final int STAGE = 1 << 20;

    private Floats() {}

    static void read(FileChannel channel, long position, float[] target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = channel.map(FileChannel.MapMode.READ_ONLY, position, (long) target.length * Float.BYTES, arena);
            MemorySegment.copy(source, FLOAT, 0, target, 0, target.length);
        }
    }

    /** Takes values of a file as they come, some at a time. */
    @FunctionalInterface
    interface Sink {
        /**
         * @param first number of the first value
         * @param values the first count of which are meant; overwritten afterwards
         */
        void accept(long first, float[] values, int count);
    }

    /** Hands out the values of a file that may be larger than memory, from a position on. */
    static void forEachPart(FileChannel channel, long position, long count, ValueOutput.Width width, Sink sink) throws IOException {
        float[] part = new float[(int) Math.min(STAGE, count)];
        for (long first = 0; first < count; first += part.length) {
            int n = (int) Math.min(part.length, count - first);
            float[] target = n == part.length ? part : new float[n];
            long at = position + first * width.bytes();
            if (width == ValueOutput.Width.BF16) {
                readBf16(channel, at, target);
            } else {
                read(channel, at, target);
            }
            sink.accept(first, target, n);
        }
    }

    static void read(FileChannel channel, long position, int[] target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = channel.map(FileChannel.MapMode.READ_ONLY, position, (long) target.length * Integer.BYTES, arena);
            MemorySegment.copy(source, INT, 0, target, 0, target.length);
        }
    }

    /** bf16 is the upper half of an fp32. */
    static void readBf16(FileChannel channel, long position, float[] target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = channel.map(FileChannel.MapMode.READ_ONLY, position, (long) target.length * Short.BYTES, arena);
            for (int i = 0; i < target.length; i++) {
                target[i] = Float.intBitsToFloat(source.getAtIndex(SHORT, i) << 16);
            }
        }
    }

    /** Appends at the channel's position. */
    static void write(FileChannel channel, float[] source) throws IOException {
        forEachStage(source, stage -> {
            while (stage.hasRemaining()) {
                channel.write(stage);
            }
        });
    }

    /** Takes some bytes of an array. */
    @FunctionalInterface
    interface Stage<E extends Exception> {
        void accept(ByteBuffer bytes) throws E;
    }

    /** Hands out the array's little-endian bytes, a few MiB at a time. */
    static <E extends Exception> void forEachStage(float[] source, Stage<E> sink) throws E {
        ByteBuffer stage = ByteBuffer.allocateDirect(Math.min(STAGE, source.length) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int from = 0;
        while (from < source.length) {
            int n = Math.min(STAGE, source.length - from);
            stage.clear().limit(n * Float.BYTES);
            stage.asFloatBuffer().put(source, from, n);
            sink.accept(stage);
            from += n;
        }
    }
}
