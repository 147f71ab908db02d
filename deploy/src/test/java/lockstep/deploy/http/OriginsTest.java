package lockstep.deploy.http;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A browser asks before it lets a page of another origin do something. */
class OriginsTest {
    private static final String PREFLIGHT = "Access-Control-Request-Method: POST";

    private final HttpEndpoint endpoint = open(Origins.parse("http://localhost:3000, HTTPS://chat.example:443/"));

    private static HttpEndpoint open(Origins origins) {
        return HttpEndpoint.open(new HttpEndpoint.Options("--port", "--bind"), new HttpAddress(HttpAddress.LOOPBACK, 0),
            ClusterRoutes.of(new FakeView()), new GateRules(HostNames.NONE, origins, ErrorBody.PLAIN));
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:3000", "https://chat.example"})
    void aListedPageIsToldWhatItMaySend(String origin) throws IOException {
        String reply = RawHttp.request(endpoint.port(), "OPTIONS /leave", "Origin: " + origin, PREFLIGHT,
            "Access-Control-Request-Headers: authorization,content-type,x-stainless-lang", "Access-Control-Request-Private-Network: true");
        assertEquals(204, RawHttp.code(reply), reply);
        assertTrue(reply.contains("Access-control-allow-origin: " + origin + "\r\n"), reply);
        assertTrue(reply.contains("Access-control-allow-methods: POST\r\n"), reply);
        assertTrue(reply.contains("Access-control-allow-headers: authorization,content-type,x-stainless-lang\r\n"), reply);
        assertTrue(reply.contains("Access-control-allow-private-network: true\r\n"), reply);
        assertFalse(reply.contains("credentials"), reply);
    }

    @Test
    void aListedPageReadsAnswersAndErrors() throws IOException {
        for (String line : List.of("GET /status", "GET /nowhere", "POST /status")) {
            String reply = RawHttp.request(endpoint.port(), line, "Origin: http://localhost:3000");
            assertTrue(reply.contains("Access-control-allow-origin: http://localhost:3000\r\n"), reply);
            assertTrue(reply.contains("Vary: Origin\r\n"), reply);
        }
        assertTrue(RawHttp.request(endpoint.port(), "GET /status").contains("Vary: Origin\r\n"));
    }

    /** A browser shows its page an answer only where it was let through, and only with these headers. */
    @ParameterizedTest
    @CsvSource({"/leave, evil.example, 421", "/nowhere, localhost, 404", "/status, localhost, 405", "/leave, localhost, 403"})
    void aListedPageReadsWhyItIsTurnedAway(String path, String host, int code) throws IOException {
        String headers = " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nOrigin: http://localhost:3000\r\n";
        String asked = RawHttp.exchange(endpoint.port(), "OPTIONS " + path + headers + PREFLIGHT + "\r\n\r\n");
        assertEquals(204, RawHttp.code(asked), asked);
        assertTrue(asked.contains("Access-control-allow-methods: "), asked);
        String reply = RawHttp.exchange(endpoint.port(), "POST " + path + headers + "Content-Length: 2\r\n\r\n{}");
        assertEquals(code, RawHttp.code(reply), reply);
        assertTrue(reply.contains("Access-control-allow-origin: http://localhost:3000\r\n"), reply);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"http://localhost:3001", "https://localhost:3000", "null", "http://evil.example", "http://localhost:3000.evil.example"})
    void allOthersAreTreatedAsEver(String origin) throws IOException {
        String asked = RawHttp.request(endpoint.port(), "OPTIONS /leave", "Origin: " + origin, PREFLIGHT);
        assertEquals(405, RawHttp.code(asked), asked);
        String reply = RawHttp.request(endpoint.port(), "GET /status", "Origin: " + origin);
        assertFalse((asked + reply).contains("Access-control-"), asked + reply);
    }

    @Test
    void withoutAListNoPageIsToldAnything() throws IOException {
        try (HttpEndpoint closed = open(Origins.NONE)) {
            String asked = RawHttp.request(closed.port(), "OPTIONS /leave", "Origin: http://localhost:3000", PREFLIGHT);
            assertEquals(405, RawHttp.code(asked), asked);
            assertFalse(asked.contains("Access-control-"), asked);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "null", "", "localhost:3000", "http://a/b", "http://a b", "http://a,*"})
    void whatIsNoOriginIsRefused(String list) {
        UserError error = assertThrows(UserError.class, () -> Origins.parse(list));
        assertTrue(error.getMessage().startsWith("--cors-origin: found "), error.getMessage());
    }
}
