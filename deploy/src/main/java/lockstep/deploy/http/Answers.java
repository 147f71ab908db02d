package lockstep.deploy.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;

/** How an endpoint answers: whole bodies that nobody keeps or guesses the type of. */
final class Answers {
    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int NO_CONTENT = 204;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int UNSUPPORTED = 415;
    static final int MISDIRECTED = 421;
    static final int UNAVAILABLE = 503;
    /** A node of a later version may tell more. */
    static final ObjectMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private Answers() {}

    static void json(HttpExchange exchange, int code, Object content) throws IOException {
        page(exchange, code, new Page("application/json", (JSON.writeValueAsString(content) + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    static void page(HttpExchange exchange, int code, Page page) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", page.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        whole(exchange, code, page.body());
    }

    /** Sends a body that is there already, or its length alone to who asks by HEAD. */
    static void whole(HttpExchange exchange, int code, byte[] body) throws IOException {
        if (isHead(exchange)) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(code, -1);
            return;
        }
        exchange.sendResponseHeaders(code, body.length);
        // not exchange.close(), which would wait for the rest of the request before it sends the answer
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Sends a success that has no body. */
    static void nothing(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(NO_CONTENT, -1);
    }

    static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    /** @param message what was found and what was expected */
    static void error(HttpExchange exchange, int code, String message) throws IOException {
        error(exchange, code, ErrorBody.PLAIN.of(code, message));
    }

    static void error(HttpExchange exchange, int code, Object content) throws IOException {
        // what is left unread of the request must not be taken for the next one
        exchange.getResponseHeaders().set("Connection", "close");
        json(exchange, code, content);
    }
}
