package lockstep.deploy.serve;

/**
 * The model that is served.
 *
 * @param name that clients ask for: letters, digits, dots, dashes, underscores
 * @param fingerprint of the weights
 * @param createdS when its file was written, in seconds since 1970
 */
public record ServedModel(String name, String fingerprint, long createdS) {}
