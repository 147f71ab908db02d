package lockstep.deploy.http;

/** What became of the wish that a node leave. */
public sealed interface Departure {
    /** @param said what happens next */
    record Asked(String said) implements Departure {}

    /** No node has that name. */
    record UnknownNode() implements Departure {}

    /** @param why it can't leave now */
    record Refused(String why) implements Departure {}
}
