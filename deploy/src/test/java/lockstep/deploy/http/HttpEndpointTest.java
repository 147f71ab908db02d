package lockstep.deploy.http;

import java.io.IOException;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HttpEndpointTest {
    private static final HttpAddress ANY_PORT = new HttpAddress(HttpAddress.LOOPBACK, 0);

    private final FakeView view = new FakeView();
    private final HttpEndpoint endpoint = HttpEndpoint.open(ANY_PORT, ClusterRoutes.of(view));

    @AfterEach
    void close() {
        endpoint.close();
    }

    private String get(String path) throws IOException {
        return RawHttp.request(endpoint.port(), "GET " + path);
    }

    @Test
    void statusIsJsonThatNobodyKeeps() throws IOException {
        String reply = get("/status");
        assertEquals(200, RawHttp.code(reply));
        assertTrue(reply.contains("Content-type: application/json\r\n"), reply);
        assertTrue(reply.contains("Cache-control: no-store\r\n"), reply);
        assertTrue(reply.contains("X-content-type-options: nosniff\r\n"), reply);
        JsonNode json = new ObjectMapper().readTree(RawHttp.body(reply));
        assertEquals("run-7", json.at("/runId").asText());
        assertEquals(3, json.at("/generation").asLong());
        assertEquals(12, json.at("/step").asInt());
        assertEquals(2000, json.at("/steps").asInt());
        assertEquals("coordinator", json.at("/nodes/0/role").asText());
        assertEquals("joining", json.at("/nodes/1/role").asText());
        assertEquals("10.0.0.2:5701", json.at("/nodes/1/address").asText());
        assertEquals(56.78, json.at("/nodes/0/computeMs").asDouble());
        assertEquals(1234.4, json.at("/nodes/0/tokensPerSecond").asDouble());
        assertEquals("[0,1]", json.at("/nodes/0/groups").toString());
    }

    @Test
    void readinessSaysWhyNot() throws IOException {
        assertEquals(200, RawHttp.code(get("/readyz")));
        assertEquals("{\"ready\":\"trains in generation 3\"}\n", RawHttp.body(get("/readyz")));
        view.readiness = new Readiness.NotReady("waits for --expect 3");
        assertEquals(503, RawHttp.code(get("/readyz")));
        assertEquals("{\"notReady\":\"waits for --expect 3\"}\n", RawHttp.body(get("/readyz")));
    }

    @Test
    void healthIs200UnlessNothingMovesAnyMore() throws IOException {
        assertEquals("{\"working\":\"step 13 of 2000\"}\n", RawHttp.body(get("/healthz")));
        view.health = new Health.Waiting("node-2");
        assertEquals(200, RawHttp.code(get("/healthz")));
        assertEquals("{\"waiting\":\"node-2\"}\n", RawHttp.body(get("/healthz")));
        view.health = new Health.Stuck("no step for an hour");
        assertEquals(503, RawHttp.code(get("/healthz")));
        assertEquals("{\"stuck\":\"no step for an hour\"}\n", RawHttp.body(get("/healthz")));
    }

    @ParameterizedTest
    @CsvSource({"GET /, 404", "GET /nowhere, 404", "GET /status/x, 404", "GET /statuses, 404", "GET /../status, 404",
        "POST /status, 405", "HEAD /leave, 405", "DELETE /status, 405", "GET /leave, 405", "OPTIONS /status, 405"})
    void whatIsNotThereIsRefused(String line, int code) throws IOException {
        assertEquals(code, RawHttp.code(RawHttp.request(endpoint.port(), line)));
    }

    @Test
    void aRefusalSaysWhatWasExpected() throws IOException {
        String reply = RawHttp.request(endpoint.port(), "PUT /status");
        assertTrue(reply.contains("Allow: GET, HEAD\r\n"), reply);
        assertEquals("{\"error\":\"method: expected GET\"}\n", RawHttp.body(reply));
    }

    @Test
    void whereNothingIsThereIsSaidWhatThereIs() throws IOException {
        assertEquals(
            "{\"error\":\"path: nothing is at /nowhere; there is GET /healthz, GET /readyz, GET /status, GET /nonce, POST /leave\"}\n",
            RawHttp.body(get("/nowhere?a=b")));
    }

    @Test
    void headGetsTheLengthAlone() throws IOException {
        String reply = RawHttp.request(endpoint.port(), "HEAD /status");
        assertEquals(200, RawHttp.code(reply), reply);
        assertTrue(reply.contains("Content-length: " + RawHttp.body(get("/status")).length() + "\r\n"), reply);
        assertEquals("", RawHttp.body(reply));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example:80", "2130706433", "127.1",
            "", "127.0.0.1:8080@evil.example", "[::1].evil.example"})
    void aPageThatPointsItsOwnNameHereLearnsNothing(String host) throws IOException {
        String reply = RawHttp.exchange(endpoint.port(), "GET /status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertEquals(421, RawHttp.code(reply), reply);
        assertTrue(!reply.contains("run-7"), reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:8080", "localhost", "localhost:", "LocalHost:1", "10.1.2.3:8080", "[::1]",
        "[fe80::1%eth0]:8080"})
    void addressesAreWelcome(String host) throws IOException {
        assertEquals(200, RawHttp.code(
            RawHttp.exchange(endpoint.port(), "GET /status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")));
    }

    /** Load balancers' checks, as HAProxy's, speak HTTP/1.0 and name no host. */
    @Test
    void anOldRequestNeedNameNoHost() throws IOException {
        assertEquals(200, RawHttp.code(RawHttp.exchange(endpoint.port(), "GET /status HTTP/1.0\r\n\r\n")));
        assertEquals(421, RawHttp.code(RawHttp.exchange(endpoint.port(), "GET /status HTTP/1.0\r\nHost: evil.example\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/status/", "/status//"})
    void aSlashTooManyIsNoMatter(String path) throws IOException {
        String reply = RawHttp.request(endpoint.port(), "GET " + path);
        assertEquals(200, RawHttp.code(reply), reply);
    }

    @Test
    void oneHostIsNamed() throws IOException {
        int port = endpoint.port();
        assertEquals(400, RawHttp.code(RawHttp.exchange(port, "GET /status HTTP/1.1\r\nConnection: close\r\n\r\n")));
        assertEquals(400, RawHttp.code(RawHttp.request(port, "GET /status", "Host: localhost")));
    }

    @Test
    void aBodyWhereNoneBelongsIsRefused() throws IOException {
        assertEquals(413, RawHttp.code(send("GET /status", "Content-Length: 1", "x")));
        assertEquals(413, RawHttp.code(send("GET /status", "Transfer-Encoding: chunked", "0\r\n\r\n")));
        assertEquals(413, RawHttp.code(send("POST /leave", "Content-Length: 4097", "x".repeat(4097))));
        assertEquals(403, RawHttp.code(send("POST /leave", "Transfer-Encoding: chunked", "0\r\n\r\n")));
        assertEquals(413, RawHttp.code(send("POST /leave", "Content-Length: 4294967297", "")));
    }

    /** The answer comes before the body that it refuses, and only its first line is waited for. */
    private String send(String line, String header, String body) throws IOException {
        String request = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n\r\n" + body;
        return RawHttp.firstLine(endpoint.port(), request);
    }

    @Test
    void aRunWithoutASecretSaysThatNobodyMayChangeIt() throws IOException {
        String reply = get("/nonce");
        assertEquals(403, RawHttp.code(reply));
        assertTrue(RawHttp.body(reply).contains("has no secret"), reply);
        assertEquals(403, RawHttp.code(RawHttp.request(endpoint.port(), "POST /leave", "Content-Length: 0")));
    }

    @Test
    void aTakenPortIsNamed() {
        UserError error =
            assertThrows(UserError.class, () -> HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, endpoint.port()), List.of()));
        assertTrue(error.getMessage().startsWith("--http-port: 127.0.0.1:" + endpoint.port() + " can't be listened on"),
            error.getMessage());
    }

    @Test
    void closedItAnswersNoMore() {
        int port = endpoint.port();
        endpoint.close();
        assertThrows(IOException.class, () -> RawHttp.request(port, "GET /status"));
    }
}
