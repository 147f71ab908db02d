package lockstep.coordinator.call;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import com.hazelcast.nio.ObjectDataInput;

/** What both ends agree on. Every length is checked before anything is allocated for it. */
final class Wire {
    /** Of our classes among Hazelcast's factories. */
    static final int FACTORY_ID = 0x4c53;
    static final int REQUEST = 1;
    static final int REPLY = 2;
    /** Goes up with every change of a message; other versions are refused. */
    static final byte VERSION = 1;
    /** The largest are the losses of some ten thousand micro-batches, and configurations. */
    static final int MAX_BODY = 1 << 20;
    /** 16 MiB; a transfer of the exchange has up to four. */
    static final int MAX_FLOATS = 1 << 22;
    static final int MAX_WAIT_MS = 600_000;
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    /** @throws IOException when the length that stands there is none that is allowed */
    static byte[] readBytes(ObjectDataInput in, int max) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > max) {
            throw new IOException("length " + length + ", expected 0 to " + max);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    static <T> byte[] encode(Codec<T> codec, T message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            codec.write(message, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        if (bytes.size() > MAX_BODY) {
            throw new IllegalStateException("a message must have at most " + MAX_BODY + " bytes: " + bytes.size());
        }
        return bytes.toByteArray();
    }

    /** @throws IOException also when something is left over */
    static <T> T decode(Codec<T> codec, byte[] body) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(body);
        T message = codec.read(new DataInputStream(in));
        if (in.available() > 0) {
            throw new IOException(in.available() + " bytes too many");
        }
        return message;
    }
}
