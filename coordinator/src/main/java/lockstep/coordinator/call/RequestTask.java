package lockstep.coordinator.call;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

import lockstep.coordinator.secret.MacKey;

/** A request as Hazelcast sees it: a task. Neither reading nor running it ever throws, since Hazelcast would answer with a Java-serialised exception. */
final class RequestTask implements Callable<ReplyMessage>, IdentifiedDataSerializable {
    private final Responder responder;
    private Request request;
    private String problem = "";

    /** At the caller. */
    RequestTask(Responder responder, Request request) {
        this.responder = responder;
        this.request = request;
    }

    /** At the responder; then it is read. */
    RequestTask(Responder responder) {
        this.responder = responder;
    }

    @Override
    public ReplyMessage call() {
        return request == null ? responder.malformed(problem) : responder.respond(request);
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Wire.VERSION);
        out.writeByte(request.kind().ordinal());
        out.writeLong(request.session().getMostSignificantBits());
        out.writeLong(request.session().getLeastSignificantBits());
        out.writeLong(request.number());
        out.writeInt(request.service());
        out.writeInt(request.waitMs());
        out.writeInt(request.body().length);
        out.write(request.body());
        out.writeInt(request.mac().length);
        out.write(request.mac());
    }

    @Override
    public void readData(ObjectDataInput in) {
        try {
            request = read(in);
        } catch (IOException | RuntimeException e) {
            problem = "a request that can't be read: " + e.getMessage();
        }
    }

    private static Request read(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != Wire.VERSION) {
            throw new IOException("version " + version + " of the calls, expected " + Wire.VERSION + ": all nodes must run the same build");
        }
        int kind = in.readByte();
        if (kind < 0 || kind >= Request.Kind.values().length) {
            throw new IOException("kind " + kind + " of request");
        }
        UUID session = new UUID(in.readLong(), in.readLong());
        long number = in.readLong();
        int service = in.readInt();
        int waitMs = in.readInt();
        if (waitMs < 0 || waitMs > Wire.MAX_WAIT_MS) {
            throw new IOException("a wait of " + waitMs + " ms, expected 0 to " + Wire.MAX_WAIT_MS);
        }
        byte[] body = Wire.readBytes(in, Wire.MAX_BODY);
        return new Request(Request.Kind.values()[kind], session, number, service, waitMs, body, Wire.readBytes(in, MacKey.MAC_BYTES));
    }

    @Override
    public int getFactoryId() {
        return Wire.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return Wire.REQUEST;
    }
}
