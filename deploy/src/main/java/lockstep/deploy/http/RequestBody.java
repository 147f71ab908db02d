package lockstep.deploy.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;

/** Reads the body of a request, which states its length or comes in chunks. The JDK's server ends the connection of who takes too long to send it. */
final class RequestBody {
    private static final int PART_BYTES = 8 << 10;
    private static final String MISSED_END = "invalid chunk end";

    private RequestBody() {}

    /** @throws Refusal where the body is larger than that, compressed or cut into chunks that are none */
    static byte[] read(HttpExchange exchange, int maxBytes) throws IOException {
        requirePlain(exchange);
        byte[] body = isChunked(exchange) ? readChunks(exchange, maxBytes) : exchange.getRequestBody().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw tooLarge(maxBytes);
        }
        return body;
    }

    static boolean isChunked(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Transfer-Encoding");
    }

    static Refusal tooLarge(int maxBytes) {
        return new Refusal(Answers.TOO_LARGE,
            maxBytes == 0 ? "body: found one, expected none" : "body: expected at most " + maxBytes + " bytes");
    }

    private static void requirePlain(HttpExchange exchange) {
        List<String> codings = exchange.getRequestHeaders().getOrDefault("Content-Encoding", List.of());
        if (!codings.stream().allMatch(coding -> coding.isBlank() || coding.strip().toLowerCase(Locale.ROOT).equals("identity"))) {
            throw new Refusal(Answers.UNSUPPORTED, "Content-Encoding: expected none: send the body as it is, uncompressed",
                Map.of("Accept-Encoding", "identity"));
        }
    }

    /**
     * Fields may stand behind the last chunk. The JDK's server doesn't know them: it misses the end of the chunk there, once, and then says that the body is at its end. It also ends the connection of who has sent them once the time
     * for a request is over, even where the answer isn't ready.
     */
    private static byte[] readChunks(HttpExchange exchange, int maxBytes) throws IOException {
        InputStream in = exchange.getRequestBody();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            byte[] part = new byte[PART_BYTES];
            int n = in.read(part);
            while (n >= 0 && body.size() <= maxBytes) {
                body.write(part, 0, n);
                n = in.read(part);
            }
        } catch (IOException | IndexOutOfBoundsException e) { // the latter of a length that is too large for it
            if (!MISSED_END.equals(e.getMessage()) || !isAtEnd(in)) {
                Refusal refusal = new Refusal(Answers.BAD_REQUEST, "body: found chunks that are none (" + e.getMessage() + ")");
                refusal.initCause(e);
                throw refusal;
            }
            // the fields have not been read
            exchange.getResponseHeaders().set("Connection", "close");
        }
        return body.toByteArray();
    }

    private static boolean isAtEnd(InputStream in) {
        try {
            return in.read() < 0;
        } catch (IOException | IndexOutOfBoundsException _) {
            return false;
        }
    }
}
