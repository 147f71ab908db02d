package lockstep.deploy.http;

/** Whether a node takes part. */
public sealed interface Readiness {
    /** @param as what it does for the run */
    record Ready(String as) implements Readiness {}

    /** @param why it doesn't yet, or not any more */
    record NotReady(String why) implements Readiness {}
}
