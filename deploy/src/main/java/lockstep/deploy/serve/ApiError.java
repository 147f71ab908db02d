package lockstep.deploy.serve;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that can't be answered, as OpenAI's interface says it. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String param;
    private final String code;
    private final transient Map<String, String> headers;

    private ApiError(int status, String type, String param, String code, String message) {
        this(status, type, param, code, message, Map.of());
    }

    private ApiError(int status, String type, String param, String code, String message, Map<String, String> headers) {
        super(message);
        this.headers = headers;
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /**
     * The client can mend it.
     *
     * @param param the field that is wrong
     * @param message what was found and what was expected
     */
    static ApiError invalid(String param, String message) {
        return new ApiError(400, "invalid_request_error", param, null, message);
    }

    /** Prompt and continuation don't fit the model. */
    static ApiError tooLong(String message) {
        return new ApiError(400, "invalid_request_error", "max_tokens", "context_length_exceeded", message);
    }

    static ApiError unknownModel(String name, String served) {
        return new ApiError(404, "invalid_request_error", "model", "model_not_found",
            "The model `" + name + "` does not exist; this server has `" + served + "`.");
    }

    static ApiError unauthorized() {
        return new ApiError(401, "invalid_request_error", null, "invalid_api_key",
            "The API key is wrong or missing; expected the header Authorization: Bearer KEY with the key that the server was started with.",
            // the body has not been read
            Map.of("WWW-Authenticate", "Bearer", "Connection", "close"));
    }

    /** @param retrySeconds after which there may be a place */
    static ApiError busy(int retrySeconds) {
        return new ApiError(429, "rate_limit_error", null, "queue_full", "All places for waiting requests are taken; try again later.",
            Map.of("Retry-After", Integer.toString(retrySeconds)));
    }

    static ApiError timeout(long seconds) {
        return new ApiError(504, "timeout", null, "timeout",
            "The answer was not ready within " + seconds + " s, waiting included; ask for fewer tokens.");
    }

    static ApiError defect() {
        return new ApiError(500, "server_error", null, null, "The server failed; its own output says why.");
    }

    /** What comes before any route: path, method, Host, size of the body. */
    static ApiError refused(int status, String message) {
        return new ApiError(status, "invalid_request_error", null, null, message);
    }

    int status() {
        return status;
    }

    /** Beside those that every answer has. */
    Map<String, String> headers() {
        return headers;
    }

    /** For Jackson. */
    Map<String, Object> body() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", getMessage());
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        return Map.of("error", error);
    }
}
