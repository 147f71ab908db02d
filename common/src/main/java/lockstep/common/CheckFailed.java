package lockstep.common;

/** A comparison that Lockstep makes of its own results has failed, and no option of the user's would mend that. The command prints the message, one line, and ends with exit code 1. */
public final class CheckFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CheckFailed(String message) {
        super(message);
    }
}
