package lockstep.deploy.download;

import java.util.Optional;

/**
 * What a download must turn out to be.
 *
 * @param sha256 hex, lower case, where it is known
 */
public record KnownFile(long bytes, Optional<String> sha256) {
    public KnownFile(long bytes, String sha256) {
        this(bytes, Optional.of(sha256));
    }
}
