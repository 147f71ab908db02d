package lockstep.common.safetensors;

import java.util.List;

/**
 * What a header says of one tensor.
 *
 * @param shape sizes, the slowest first
 * @param begin its first byte, counted from the end of the header
 * @param end behind its last byte
 */
public record TensorEntry(String name, Dtype dtype, List<Long> shape, long begin, long end) {
    /** Values in all. */
    public long count() {
        return (end - begin) / dtype.bytes();
    }
}
