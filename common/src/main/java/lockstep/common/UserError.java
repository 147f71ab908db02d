package lockstep.common;

/**
 * A mistake that the user can mend: the message is one line that names the file or option, the field, the value found and what was expected. The command prints
 * it without a stack trace and ends with exit code 2.
 */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
