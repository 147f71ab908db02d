package lockstep.deploy.serve;

/**
 * The model that is served.
 *
 * @param name that clients ask for, without blanks
 * @param fingerprint of the weights
 * @param createdS when its file was written, in seconds since 1970
 */
public record ServedModel(String name, String fingerprint, long createdS) {}
