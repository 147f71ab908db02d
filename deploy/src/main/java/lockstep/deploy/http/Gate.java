package lockstep.deploy.http;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;

/**
 * Lets through to a route what is meant for it. The Host header has to be an address or {@code localhost}: a page that had its own name point to this machine
 * (DNS rebinding) would send that name, and could read what its visitor's browser may.
 */
final class Gate extends Filter {
    private static final Pattern LITERAL =
        Pattern.compile("(?i)(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+(%[0-9a-z]+)?])(:[0-9]{1,5})?");
    private static final Pattern VERSION = Pattern.compile("HTTP/1\\.[01]");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private final Route route;
    private final ErrorBody errors;

    Gate(Route route, ErrorBody errors) {
        this.route = route;
        this.errors = errors;
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        if (!VERSION.matcher(exchange.getProtocol()).matches()) {
            refuse(exchange, Answers.BAD_REQUEST, "version: expected HTTP/1.0 or HTTP/1.1");
        } else if (hosts.size() != 1) {
            refuse(exchange, Answers.BAD_REQUEST, "Host: found " + hosts.size() + ", expected one");
        } else if (!LITERAL.matcher(hosts.getFirst()).matches()) {
            refuse(exchange, Answers.MISDIRECTED,
                "Host: found a name, expected an address or localhost: call this node by its address");
        } else if (!route.path().equals(exchange.getRequestURI().getRawPath())) {
            refuse(exchange, Answers.NOT_FOUND, "path: nothing is there");
        } else if (!exchange.getRequestMethod().equals(route.method())) {
            exchange.getResponseHeaders().set("Allow", route.method());
            refuse(exchange, Answers.METHOD_NOT_ALLOWED, "method: expected " + route.method());
        } else if (bodyTooLarge(exchange)) {
            refuse(exchange, Answers.TOO_LARGE, "body: expected a Content-Length of at most " + route.maxBodyBytes());
        } else {
            chain.doFilter(exchange);
        }
    }

    private void refuse(HttpExchange exchange, int code, String message) throws IOException {
        Answers.error(exchange, code, errors.of(code, message));
    }

    /** A body has to say how long it is, so that nothing is read before that is known. */
    private boolean bodyTooLarge(HttpExchange exchange) {
        if (exchange.getRequestHeaders().containsKey("Transfer-Encoding")) {
            return true;
        }
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return length != null && (!LENGTH.matcher(length).matches() || Long.parseLong(length) > route.maxBodyBytes());
    }

    @Override
    public String description() {
        return "turns away what is not meant for " + route.path();
    }
}
