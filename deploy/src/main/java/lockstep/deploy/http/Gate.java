package lockstep.deploy.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

/** Lets through to each route what is meant for it, and turns the rest away. */
final class Gate implements HttpHandler {
    private static final Pattern VERSION = Pattern.compile("HTTP/1\\.[01]");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    /** The version does not ask for a Host header. */
    private static final String WITHOUT_HOST = "HTTP/1.0";
    private static final int SHOWN_CHARS = 100;

    private final List<Route> routes;
    private final GateRules rules;

    Gate(List<Route> routes, GateRules rules) {
        this.routes = List.copyOf(routes);
        this.rules = rules;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            // before anything is refused: the page of a listed origin is shown why
            rules.origins().admit(exchange);
            List<Route> there = at(path(exchange));
            if (rules.origins().isAskedBefore(exchange)) {
                Origins.permit(exchange, methods(there.isEmpty() ? routes : there));
                Answers.nothing(exchange);
            } else {
                requireHost(exchange);
                requireAny(exchange, there);
                Route route = requireMethod(exchange, there);
                requireBody(exchange, route);
                route.handler().handle(exchange);
            }
        } catch (Refusal refusal) {
            refusal.headers().forEach(exchange.getResponseHeaders()::set);
            Answers.error(exchange, refusal.code(), rules.errors().of(refusal.code(), refusal.getMessage()));
        }
    }

    private void requireHost(HttpExchange exchange) {
        List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        if (!VERSION.matcher(exchange.getProtocol()).matches()) {
            throw new Refusal(Answers.BAD_REQUEST, "version: expected HTTP/1.0 or HTTP/1.1");
        }
        if (hosts.isEmpty() && exchange.getProtocol().equals(WITHOUT_HOST)) {
            return; // a load balancer's check: every browser sends one
        }
        if (hosts.size() != 1) {
            throw new Refusal(Answers.BAD_REQUEST, "Host: found " + hosts.size() + ", expected one");
        }
        if (!rules.hosts().include(hosts.getFirst())) {
            throw new Refusal(Answers.MISDIRECTED, "Host: found " + HostNames.shown(hosts.getFirst())
                + ", expected an address, localhost or a name that the server knows; it knows those that it is started with, by "
                + HostNames.OPTION);
        }
    }

    /** Returns the path as routes have it: clients that put an address and a path together double a slash, or end with one. */
    private static String path(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath().replaceAll("/{2,}", "/");
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private List<Route> at(String path) {
        List<Route> exact = routes.stream().filter(route -> route.isAt(path)).toList();
        return exact.isEmpty() ? routes.stream().filter(route -> route.isAbove(path)).toList() : exact;
    }

    private void requireAny(HttpExchange exchange, List<Route> there) {
        if (there.isEmpty()) {
            String path = exchange.getRequestURI().getRawPath();
            throw new Refusal(Answers.NOT_FOUND, "path: nothing is at "
                + (path.length() <= SHOWN_CHARS ? path : path.substring(0, SHOWN_CHARS) + "…") + "; there is " + names());
        }
    }

    /** Lists all routes but the files that a page is made of. */
    private String names() {
        return routes.stream().filter(route -> route.paths().getFirst().indexOf('.') < 0).map(Route::name)
            .collect(Collectors.joining(", "));
    }

    private static Route requireMethod(HttpExchange exchange, List<Route> there) {
        Optional<Route> route = there.stream().filter(each -> each.takes(exchange.getRequestMethod())).findFirst();
        return route.orElseThrow(() -> new Refusal(Answers.METHOD_NOT_ALLOWED,
            "method: expected " + there.stream().map(Route::method).collect(Collectors.joining(" or ")), Map.of("Allow", methods(there))));
    }

    private static String methods(List<Route> there) {
        return there.stream().map(route -> route.takes("HEAD") ? "GET, HEAD" : route.method()).distinct().collect(Collectors.joining(", "));
    }

    /** A length that is too large is refused before any of it is read. Chunks are counted as they are read. */
    private static void requireBody(HttpExchange exchange, Route route) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        boolean tooLarge = length != null && (!LENGTH.matcher(length).matches() || Long.parseLong(length) > route.maxBodyBytes());
        if (tooLarge || route.maxBodyBytes() == 0 && RequestBody.isChunked(exchange)) {
            throw RequestBody.tooLarge(route.maxBodyBytes());
        }
    }
}
