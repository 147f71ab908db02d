package lockstep.coordinator.member;

/** A place where this member was to join takes connections, and nobody answers there for half a minute: a node that is stopped, or a program that is none. */
public final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String message, Throwable cause) {
        super(message, cause);
    }
}
