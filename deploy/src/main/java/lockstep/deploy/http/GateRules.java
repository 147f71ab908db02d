package lockstep.deploy.http;

/**
 * A gate lets through what these rules say.
 *
 * @param hosts that the endpoint answers for
 * @param origins of pages that may use it
 * @param errors how it puts what it turns away
 */
public record GateRules(HostNames hosts, Origins origins, ErrorBody errors) {
    /** Only addresses and {@code localhost} are taken, and no page of another origin. */
    public static final GateRules PLAIN = new GateRules(HostNames.NONE, Origins.NONE, ErrorBody.PLAIN);

    public GateRules with(HostNames names) {
        return new GateRules(names, origins, errors);
    }
}
