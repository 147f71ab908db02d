package lockstep.coordinator.call;

/** Why there is no answer. */
public record Failure(Kind kind, String text) {
    /** The order is part of the wire's format: new ones at the end. */
    public enum Kind {
        /** The peer, or this node, doesn't take part in this: the handshake failed, or there is no such service. */
        REFUSED,
        /** What was asked for did not come to be within the time that the request gave. */
        NOT_READY,
        /** The request belongs to something that is over. */
        STALE,
        /** The peer is no member any more. */
        PEER_LEFT,
        /** No answer in time. */
        TIMED_OUT,
        /** The answer, or the request, could not be read. */
        BROKEN,
        /** The peer's handler threw: a defect. */
        INTERNAL,
        /** This node is closing. */
        CLOSED
    }

    private static final int MAX_TEXT = 1000;

    public Failure {
        text = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
