package lockstep.deploy.http;

import com.sun.net.httpserver.Headers;

/** Routes to what an endpoint gives away as it stands: a page and its parts. */
public final class Assets {
    /** Nothing from elsewhere, no script and no style in the page's own text, no frame around it, no form out of it. */
    static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Assets() {}

    /**
     * @param type as in {@code text/css; charset=utf-8}
     * @param content kept, and not to be changed
     */
    public static Route of(String path, String type, byte[] content) {
        return Route.get(path, exchange -> {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", type);
            headers.set("Content-Security-Policy", POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            // another version of Lockstep may answer at this port next time
            headers.set("Cache-Control", "no-cache");
            Answers.whole(exchange, Answers.OK, content);
        });
    }
}
