package lockstep.deploy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

import lockstep.common.UserError;

/**
 * Web pages of these other origins may use an endpoint (CORS). None may unless somebody lists it: a browser keeps the answers from all others, and doesn't send what needs to be asked for first.
 *
 * @param listed as browsers write them, as in {@code http://localhost:3000}
 */
public record Origins(List<String> listed) {
    public static final String OPTION = "--cors-origin";
    public static final Origins NONE = new Origins(List.of());

    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9_.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+(\\s*,\\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*");
    private static final String ASKED_METHOD = "Access-Control-Request-Method";
    private static final String ASKED_HEADERS = "Access-Control-Request-Headers";
    /** A browser need not ask again for so long. */
    private static final String MAX_AGE_SECONDS = "600";

    public Origins {
        listed = List.copyOf(listed);
    }

    /**
     * Reads the option's value.
     *
     * @param list origins, separated by commas
     */
    public static Origins parse(String list) {
        List<String> origins = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            String origin = part.strip().toLowerCase(Locale.ROOT).replaceFirst("/$", "");
            if (origin.equals("*")) {
                throw new UserError(
                    OPTION + ": found *, with which every page that you visit could use the model; expected the origins of your pages,"
                        + " as in http://localhost:3000");
            }
            if (!ORIGIN.matcher(origin).matches()) {
                throw new UserError(OPTION + ": found '" + part + "', expected origins without a path, separated by commas, as in"
                    + " http://localhost:3000,https://chat.example.org");
            }
            origins.add(origin.replaceFirst("^(http://.*):80$", "$1").replaceFirst("^(https://.*):443$", "$1"));
        }
        return new Origins(origins);
    }

    /** Tells the browser that its page may read the answer, where it may. */
    void admit(HttpExchange exchange) {
        if (listed.isEmpty()) {
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        headers.set("Vary", "Origin");
        origin(exchange).ifPresent(origin -> {
            headers.set("Access-Control-Allow-Origin", origin);
            headers.set("Access-Control-Expose-Headers", "Retry-After");
        });
    }

    /** Tells if a browser asks what a listed page may send. */
    boolean isAskedBefore(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("OPTIONS") && exchange.getRequestHeaders().containsKey(ASKED_METHOD)
            && origin(exchange).isPresent();
    }

    /** Tells the browser that its page may send all that the place takes. */
    static void permit(HttpExchange exchange, String methods) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Vary", "Origin, " + ASKED_METHOD + ", " + ASKED_HEADERS);
        headers.set("Access-Control-Allow-Methods", methods);
        String asked = exchange.getRequestHeaders().getFirst(ASKED_HEADERS);
        if (asked != null && HEADER_NAMES.matcher(asked).matches()) {
            headers.set("Access-Control-Allow-Headers", asked);
        }
        if ("true".equals(exchange.getRequestHeaders().getFirst("Access-Control-Request-Private-Network"))) {
            headers.set("Access-Control-Allow-Private-Network", "true");
        }
        headers.set("Access-Control-Max-Age", MAX_AGE_SECONDS);
    }

    private Optional<String> origin(HttpExchange exchange) {
        List<String> origins = exchange.getRequestHeaders().getOrDefault("Origin", List.of());
        return origins.size() == 1 && listed.contains(origins.getFirst()) ? Optional.of(origins.getFirst()) : Optional.empty();
    }
}
