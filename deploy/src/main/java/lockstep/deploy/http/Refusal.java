package lockstep.deploy.http;

import java.util.Map;

/** A request is turned away: the gate says so, or who reads its body. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient Map<String, String> headers;

    /**
     * @param code of HTTP
     * @param message what was found and what was expected
     */
    Refusal(int code, String message) {
        this(code, message, Map.of());
    }

    Refusal(int code, String message, Map<String, String> headers) {
        super(message);
        this.code = code;
        this.headers = headers;
    }

    int code() {
        return code;
    }

    /** Beside those that every answer has. */
    Map<String, String> headers() {
        return headers;
    }
}
