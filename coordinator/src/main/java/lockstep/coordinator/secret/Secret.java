package lockstep.coordinator.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/**
 * What all nodes of a cluster know and nobody else. It is only ever used as the key of an HMAC, so that it never crosses the wire; but whoever records a handshake may try guesses
 * against it at leisure, hence the least length.
 */
public final class Secret {
    /** Of random bytes, 128 bits; of typed words it is the user's part to choose well. */
    public static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 4096;
    private static final int RANDOM_BYTES = 32;
    private static final int CLUSTER_TAG_BYTES = 8;

    private final MacKey key;

    private Secret(byte[] bytes) {
        this.key = new MacKey(bytes);
    }

    /** @throws UserError when the secret is too short or too long */
    public static Secret of(byte[] bytes) {
        return of(bytes, "the cluster's secret");
    }

    private static Secret of(byte[] bytes, String name) {
        if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
            throw new UserError(
                name + " must have " + MIN_BYTES + " to " + MAX_BYTES + " bytes: found " + bytes.length
                    + (bytes.length > MAX_BYTES ? " or more" : ""));
        }
        return new Secret(bytes);
    }

    /** A secret of one process and those that it starts. */
    public static byte[] random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Reads it from a file, without the line end that editors put behind it. */
    public static Secret read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 2);
            int length = bytes.length;
            while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
                length--;
            }
            return of(Arrays.copyOf(bytes, length), file + ": the secret");
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    /** HMAC-SHA-256 of what the fields say; each purpose has its own label. */
    public byte[] mac(Fields fields) {
        return key.mac(fields);
    }

    /** A key of its own for one purpose. */
    public MacKey derive(Fields fields) {
        return new MacKey(key.mac(fields));
    }

    /**
     * A public tag that nodes with another secret don't have. Hazelcast compares cluster names before it admits a member and sends them in clear: this keeps strangers and
     * mistakes out, not those who listen on the network.
     */
    public String clusterTag(String clusterName) {
        return HexFormat.of().formatHex(mac(new Fields("lockstep cluster name 1").put(clusterName)), 0, CLUSTER_TAG_BYTES);
    }

    @Override
    public String toString() {
        return "Secret[not shown]";
    }
}
