package lockstep.coordinator.call;

import java.io.IOException;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

import lockstep.coordinator.secret.Fields;
import lockstep.coordinator.secret.MacKey;

/**
 * A reply: the number of its request, a status, a body, a MAC over these, then floats. Reading it completes the call that waits for it, since the floats go from Hazelcast's buffer straight to where they
 * belong; what Hazelcast returns to the caller is an empty shell.
 */
final class ReplyMessage implements IdentifiedDataSerializable {
    /** In place of a failure's kind. */
    static final int ANSWERED = 0;

    private static final FloatSource NO_FLOATS = new FloatSource() {
        @Override
        public int count() {
            return 0;
        }

        @Override
        public void writeTo(FloatsOut out) {}
    };

    private final Buffers buffers;
    private final PendingCalls pending;
    private Head head;
    private FloatSource floats = NO_FLOATS;

    /**
     * @param status {@link #ANSWERED}, or one more than the ordinal of a failure's kind
     * @param body the answer, or the failure's text
     * @param mac empty where there is no session yet
     */
    record Head(long number, int status, byte[] body, int floats, byte[] mac) {
        Fields fields() {
            return fields(number, status, body, floats);
        }

        static Fields fields(long number, int status, byte[] body, int floats) {
            return new Fields("lockstep call 1: reply").put(number).put(status).put(body).put(floats);
        }
    }

    /** At the responder. */
    ReplyMessage(Buffers buffers, PendingCalls pending, Head head, FloatSource floats) {
        this(buffers, pending);
        this.head = head;
        this.floats = floats;
    }

    ReplyMessage(Buffers buffers, PendingCalls pending, Head head) {
        this(buffers, pending, head, NO_FLOATS);
    }

    /** At the caller; then it is read. */
    ReplyMessage(Buffers buffers, PendingCalls pending) {
        this.buffers = buffers;
        this.pending = pending;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Wire.VERSION);
        out.writeLong(head.number());
        out.writeInt(head.status());
        out.writeInt(head.body().length);
        out.write(head.body());
        out.writeInt(head.mac().length);
        out.write(head.mac());
        out.writeInt(head.floats());
        if (head.floats() > 0) {
            FloatsOut staging = buffers.takeOut(head.floats());
            floats.writeTo(staging);
            staging.flush(out, head.floats());
            buffers.giveBack(staging);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != Wire.VERSION) {
            throw new IOException("a reply in version " + version + ", expected " + Wire.VERSION);
        }
        long number = in.readLong();
        int status = in.readInt();
        byte[] body = Wire.readBytes(in, Wire.MAX_BODY);
        byte[] mac = Wire.readBytes(in, MacKey.MAC_BYTES);
        int count = in.readInt();
        if (count < 0 || count > Wire.MAX_FLOATS) {
            throw new IOException(count + " floats, expected 0 to " + Wire.MAX_FLOATS);
        }
        FloatsIn floatsIn = buffers.takeIn();
        try {
            pending.complete(new Head(number, status, body, count, mac), floatsIn.over(in));
        } finally {
            buffers.giveBack(floatsIn);
        }
    }

    @Override
    public int getFactoryId() {
        return Wire.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Wire.REPLY;
    }
}
