package lockstep.coordinator.call;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** How a message is written. At most {@link Wire#MAX_BODY} bytes; {@code read} checks a length before it allocates. */
public interface Codec<T> {
    void write(T message, DataOutput out) throws IOException;

    T read(DataInput in) throws IOException;

    /** One half of a codec. */
    @FunctionalInterface
    interface Writer<T> {
        void write(T message, DataOutput out) throws IOException;
    }

    /** The other half. */
    @FunctionalInterface
    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    static <T> Codec<T> of(Writer<T> writer, Reader<T> reader) {
        return new Codec<>() {
            @Override
            public void write(T message, DataOutput out) throws IOException {
                writer.write(message, out);
            }

            @Override
            public T read(DataInput in) throws IOException {
                return reader.read(in);
            }
        };
    }

    /** Of a message that says nothing by itself. */
    static <T> Codec<T> of(T only) {
        return of((_, _) -> {}, _ -> only);
    }

    static Codec<Integer> number() {
        return of((number, out) -> out.writeInt(number), DataInput::readInt);
    }

    /**
     * @param max of bytes
     * @param what they are, for messages
     */
    static Codec<byte[]> bytes(int max, String what) {
        return of((bytes, out) -> {
            out.writeInt(bytes.length);
            out.write(bytes);
        }, in -> {
            int length = in.readInt();
            if (length < 0 || length > max) {
                throw new IOException(what + " of " + length + " bytes, expected 0 to " + max);
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            return bytes;
        });
    }
}
