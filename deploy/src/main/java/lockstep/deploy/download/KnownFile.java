package lockstep.deploy.download;

/**
 * What a download must turn out to be.
 *
 * @param sha256 hex, lower case
 */
public record KnownFile(long bytes, String sha256) {}
