package lockstep.common.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/**
 * A safetensors file whose header was read and is right.
 *
 * @param tensors by name
 * @param metadata what its writer noted, by name
 * @param dataStart the file's byte from which the tensors' offsets count
 */
public record SafetensorsFile(Path path, SortedMap<String, TensorEntry> tensors, SortedMap<String, String> metadata, long dataStart) {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** @throws UserError when it can't be read, or its header is damaged or doesn't describe the file */
    public static SafetensorsFile open(Path path) {
        FileErrors.requireRegular(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            SafetensorsHeader.Content header = SafetensorsHeader.read(path, channel);
            SortedMap<String, TensorEntry> tensors = new TreeMap<>();
            header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
            return new SafetensorsFile(path, Collections.unmodifiableSortedMap(tensors), header.metadata(), header.dataStart());
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Takes values of a tensor as they come, some at a time. */
    @FunctionalInterface
    public interface Sink {
        /**
         * @param first number of the first value
         * @param values the first count of which are meant; overwritten afterwards
         */
        void accept(long first, float[] values, int count);
    }

    /**
     * Reads a tensor as floats, which hold every value of its type exactly.
     *
     * @param atATime values of one delivery, but for the last
     * @throws UserError when it is of a type that isn't read, or the file can't be read
     */
    public void read(TensorEntry tensor, int atATime, Sink sink) {
        float[] values = new float[(int) Math.min(atATime, tensor.count())];
        long first = 0;
        while (first < tensor.count()) {
            int count = (int) Math.min(values.length, tensor.count() - first);
            read(tensor, first, count, values);
            sink.accept(first, values, count);
            first += count;
        }
    }

    /** Reads some of a tensor's values, from a first one on, into the target's beginning. */
    public void read(TensorEntry tensor, long first, int count, float[] target) {
        if (!tensor.dtype().readable()) {
            throw new UserError(path + ": " + tensor.name() + ": dtype: found " + tensor.dtype() + ", expected F32, F16 or BF16");
        }
        long bytes = tensor.dtype().bytes();
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment source =
                channel.map(FileChannel.MapMode.READ_ONLY, dataStart + tensor.begin() + first * bytes, count * bytes, arena);
            decode(target, source, count, tensor.dtype());
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    private static void decode(float[] values, MemorySegment source, int count, Dtype dtype) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(source, FLOAT, 0, values, 0, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Float.float16ToFloat(source.getAtIndex(SHORT, i));
                }
            }
            // the upper half of an F32
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Float.intBitsToFloat(source.getAtIndex(SHORT, i) << Short.SIZE);
                }
            }
            default -> throw new IllegalArgumentException("dtype must be readable: " + dtype);
        }
    }
}
