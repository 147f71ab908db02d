package lockstep.coordinator.call;

import java.util.UUID;

import lockstep.coordinator.secret.Fields;

/**
 * A request as it travels.
 *
 * @param session all zeros in a HELLO
 * @param number one for each request of a session; replies name it
 * @param waitMs how long the caller will wait from when it sent this
 * @param mac a proof in PROVE, a MAC under the session's key in CALL, empty in HELLO
 */
record Request(Kind kind, UUID session, long number, int service, int waitMs, byte[] body, byte[] mac) {
    /** The order is part of the wire's format. */
    enum Kind {
        HELLO, PROVE, CALL
    }

    static final UUID NO_SESSION = new UUID(0, 0);
    static final byte[] NO_BYTES = new byte[0];

    Fields fields() {
        return new Fields("lockstep call 1: request").put(kind.ordinal()).put(session).put(number).put(service).put(waitMs).put(body);
    }
}
