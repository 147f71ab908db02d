package lockstep.deploy.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

/** One request that has come through the gate, and its answer: whole, or a part after the other. */
public final class WebCall {
    private final HttpExchange exchange;
    private final int maxBodyBytes;

    /** Answers calls, each on a virtual thread of its own. */
    @FunctionalInterface
    public interface Handler {
        /** @throws IOException where the client is gone */
        void handle(WebCall call) throws IOException;
    }

    WebCall(HttpExchange exchange, int maxBodyBytes) {
        this.exchange = exchange;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** A header that is there once. */
    public Optional<String> header(String name) {
        var values = exchange.getRequestHeaders().get(name);
        return values == null || values.size() != 1 ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** Returns what stands behind a part of the request's path, decoded, without the slash that may end it. */
    public String behind(String part) {
        String path = exchange.getRequestURI().getPath();
        return path.substring(path.indexOf(part) + part.length()).replaceFirst("/$", "");
    }

    /**
     * Tells if the client can see that an answer which comes in parts is not whole. Over HTTP/1.0, which proxies speak to what is behind them, the end of the connection is the
     * end of the answer.
     */
    public boolean showsCuts() {
        return !exchange.getProtocol().equals("HTTP/1.0");
    }

    /** Reads the body, which is as large as its route allows at most: the gate answers where it is larger. */
    public byte[] body() throws IOException {
        return RequestBody.read(exchange, maxBodyBytes);
    }

    /** Answers with JSON, whole. */
    public void json(int code, Map<String, String> headers, Object content) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        Answers.json(exchange, code, content);
    }

    /** Begins an answer that comes in parts. Who closes the stream says that it is whole. */
    public OutputStream begin(String contentType) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(Answers.OK, 0);
        return exchange.getResponseBody();
    }

    /**
     * What a handler throws where an answer that has begun can't be whole: the JDK's server hangs up on who fails. The last chunk isn't sent, which every client
     * reports; to close the exchange would send it.
     */
    public IOException brokenOff() {
        return new IOException("the answer can't be whole");
    }
}
