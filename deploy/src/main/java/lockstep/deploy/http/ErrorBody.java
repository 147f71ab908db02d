package lockstep.deploy.http;

import java.util.Map;

/** How an endpoint puts into JSON what it turns away before a route sees it. */
@FunctionalInterface
public interface ErrorBody {
    /** One field, {@code error}. */
    ErrorBody PLAIN = (_, message) -> Map.of("error", message);

    /**
     * @param code of HTTP
     * @param message what was found and what was expected
     * @return what Jackson writes
     */
    Object of(int code, String message);
}
