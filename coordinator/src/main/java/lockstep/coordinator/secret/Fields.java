package lockstep.coordinator.secret;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** What a MAC speaks for: fields in order, each with its length, so that no two lists of fields have the same bytes. */
public final class Fields {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** @param label the purpose: no MAC for one can stand for another */
    public Fields(String label) {
        put(label);
    }

    public Fields put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    public Fields put(UUID id) {
        return put(id.getMostSignificantBits()).put(id.getLeastSignificantBits());
    }

    public Fields put(byte[] field) {
        try {
            out.writeInt(field.length);
            out.write(field);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Fields put(long field) {
        try {
            out.writeInt(Long.BYTES);
            out.writeLong(field);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
