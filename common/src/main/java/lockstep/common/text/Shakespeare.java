package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

import lockstep.common.UserError;
import lockstep.common.format.Sha256;

/**
 * The text that every copy of Lockstep carries, so that one run has one hash on all machines: parts of Shakespeare's plays, long in the public domain, byte for byte the file that is known as
 * tiny-shakespeare ({@code data tinyshakespeare} downloads the same).
 */
final class Shakespeare {
    static final String NAME = "shakespeare";
    static final int BYTES = 1_115_394;
    private static final String SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";
    private static final String RESOURCE = "shakespeare.txt.gz";

    private Shakespeare() {}

    /** @throws UserError when this copy of it is missing or damaged */
    static InputStream open() {
        try (InputStream packed = Shakespeare.class.getResourceAsStream(RESOURCE)) {
            if (packed == null) {
                throw new UserError(message("no " + RESOURCE));
            }
            return open(packed);
        } catch (IOException e) {
            throw new UserError(message(e.getMessage()), e);
        }
    }

    /** @param packed the resource */
    static InputStream open(InputStream packed) throws IOException {
        byte[] text = new GZIPInputStream(packed).readNBytes(BYTES + 1);
        String sha256 = Sha256.of(text);
        if (!sha256.equals(SHA256)) {
            throw new UserError(message("sha256 " + sha256));
        }
        return new ByteArrayInputStream(text);
    }

    private static String message(String found) {
        return "--text " + NAME + ": found " + found + " in Lockstep's jar, expected the text of sha256 " + SHA256
            + ": the jar is damaged; build or copy it again";
    }
}
