package lockstep.deploy.http;

import java.util.List;
import java.util.function.Function;

import com.sun.net.httpserver.HttpHandler;

/**
 * One thing that an endpoint answers to.
 *
 * @param method GET or POST; a GET must change nothing
 * @param path in full, as in {@code /status}: what is below it belongs to nobody
 * @param maxBodyBytes the largest body that is read, 0 for none
 * @param handler runs on a virtual thread; answers by {@link Answers}
 */
public record Route(String method, String path, int maxBodyBytes, HttpHandler handler) {
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
        return new Route(method, path, maxBodyBytes, exchange -> handler.handle(new WebCall(exchange)));
    }

    static Route get(String path, HttpHandler handler) {
        return new Route("GET", path, 0, handler);
    }
}
