package lockstep.coordinator.agree;

/** What became of the wish that a node leave. */
public enum Departing {
    /** It knows, and leaves at its next step boundary. */
    ASKED,
    /** No node of the generation has that address. */
    UNKNOWN,
    /** It doesn't answer. */
    SILENT
}
