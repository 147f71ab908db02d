package lockstep.common.safetensors;

import java.util.Arrays;
import java.util.Optional;

/** How a tensor's values are stored. All that the format knows are here, since any may stand beside the ones that are read. */
public enum Dtype {
    F64(8), F32(4), F16(2), BF16(2), I64(8), I32(4), I16(2), I8(1), U64(8), U32(4), U16(2), U8(1), BOOL(1), F8_E4M3(1), F8_E5M2(1), F8_E8M0(
        1),
    F8_E4M3FNUZ(1), F8_E5M2FNUZ(1), C64(8);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one value. */
    public int bytes() {
        return bytes;
    }

    /** Whether each value is some float exactly, so that {@link SafetensorsFile} reads it. */
    public boolean readable() {
        return this == F32 || this == F16 || this == BF16;
    }

    static Optional<Dtype> named(String name) {
        return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst();
    }
}
