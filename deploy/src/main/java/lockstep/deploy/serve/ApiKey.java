package lockstep.deploy.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/** What clients have to show. */
public final class ApiKey {
    private static final int MAX_BYTES = 4096;
    private static final String SCHEME = "Bearer ";

    private final byte[] key;

    private ApiKey(byte[] key) {
        this.key = key;
    }

    /** Reads it from a file of one line. */
    public static ApiKey read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_BYTES + 1), StandardCharsets.ISO_8859_1).strip();
            if (text.isEmpty() || text.length() > MAX_BYTES || !text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                throw new UserError(
                    "--api-key-file: " + file + ": expected one line of 1 to " + MAX_BYTES + " printable characters without blanks");
            }
            return new ApiKey(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    /** Compares in a time that tells nothing of the key. */
    boolean opens(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
            && MessageDigest.isEqual(key, authorization.substring(SCHEME.length()).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
        return "ApiKey[not shown]";
    }
}
