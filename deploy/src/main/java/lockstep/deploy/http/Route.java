package lockstep.deploy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import com.sun.net.httpserver.HttpHandler;

/**
 * One thing that an endpoint answers to.
 *
 * @param method GET or POST; a GET must change nothing
 * @param paths in full, as in {@code /status}: what is below belongs to nobody, unless the path ends in a name in braces, as in {@code /models/{model}}, which stands for all that is there. The first is what it is known by, the others
 *     are ways in which clients spell it
 * @param maxBodyBytes the largest body that is read, 0 for none
 * @param handler runs on a virtual thread; answers by {@link Answers}
 */
public record Route(String method, List<String> paths, int maxBodyBytes, HttpHandler handler) {
    public Route {
        paths = List.copyOf(paths);
    }

    /**
     * A page made anew for each request.
     *
     * @param page gives it, of the request's Accept header, empty where there is none; waits for nothing
     */
    public static Route page(String path, Function<String, Page> page) {
        return get(path, exchange -> {
            String accept = String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
            Answers.page(exchange, Answers.OK, page.apply(accept));
        });
    }

    /**
     * A route that is answered call by call.
     *
     * @param method GET or POST
     * @param maxBodyBytes the largest body that is read, 0 for none
     */
    public static Route calls(String method, String path, int maxBodyBytes, WebCall.Handler handler) {
        return new Route(method, List.of(path), maxBodyBytes, exchange -> handler.handle(new WebCall(exchange, maxBodyBytes)));
    }

    static Route get(String path, HttpHandler handler) {
        return new Route("GET", List.of(path), 0, handler);
    }

    /** Adds further paths. */
    public Route alsoAt(List<String> more) {
        List<String> all = new ArrayList<>(paths);
        all.addAll(more);
        return new Route(method, all, maxBodyBytes, handler);
    }

    /** Gives the name that stands in a list of what there is. */
    String name() {
        return method + " " + paths.getFirst();
    }

    /**
     * Tells if one of its paths is this.
     *
     * @param path of a request, undecoded
     */
    boolean isAt(String path) {
        return paths.contains(path);
    }

    /** Tells if one of its paths ends in a name in braces and stands for this path, too. */
    boolean isAbove(String path) {
        return paths.stream().filter(each -> each.endsWith("}")).map(each -> each.substring(0, each.indexOf('{')))
            .anyMatch(start -> path.startsWith(start) && path.length() > start.length());
    }

    /** A route that answers to GET answers to HEAD, too: with the same headers and no body. */
    boolean takes(String asked) {
        return method.equals(asked) || method.equals("GET") && asked.equals("HEAD");
    }
}
