package lockstep.common.replica;

/** This node takes no further part in a run that isn't over, and holds a state of it: whoever trains saves that state first, then says why. The message is one line, as of {@link lockstep.common.UserError}. */
public final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GivenUp(String message) {
        super(message);
    }

    public GivenUp(String message, Throwable cause) {
        super(message, cause);
    }
}
