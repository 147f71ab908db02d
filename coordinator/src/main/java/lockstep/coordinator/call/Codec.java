package lockstep.coordinator.call;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** How a message is written. At most {@link Wire#MAX_BODY} bytes; {@code read} checks a length before it allocates. */
public interface Codec<T> {
    void write(T message, DataOutput out) throws IOException;

    T read(DataInput in) throws IOException;

    /** Of a message that says nothing by itself. */
    static <T> Codec<T> of(T only) {
        return new Codec<>() {
            @Override
            public void write(T message, DataOutput out) {}

            @Override
            public T read(DataInput in) {
                return only;
            }
        };
    }
}
