package lockstep.deploy.http;

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
    static Route get(String path, HttpHandler handler) {
        return new Route("GET", path, 0, handler);
    }
}
