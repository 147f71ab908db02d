package lockstep.deploy.http;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** An endpoint may be called by its addresses, and by names that are listed. */
class HostNamesTest {
    @ParameterizedTest
    @CsvSource({"node-1, node-1, true", "node-1, NODE-1:8080, true", "Node-1, node-1., true", "node-1, node-11, false",
        "node-1, a.node-1, false",
        "'node-1, my_service ', my_service:80, true", "*.lockstep.svc, lockstep-0.lockstep.svc, true",
        "*.lockstep.svc, a.b.lockstep.svc:1, true",
        "*.lockstep.svc, lockstep.svc, false", "*.lockstep.svc, evillockstep.svc, false", "*, anything.example:8080, true",
        "*, 'no name', false", "*, 127.0.0.1:1@evil.example, false", "node-1, app.localhost:3000, true", "node-1, node-1:123456, false"})
    void aListedNameIsKnown(String list, String header, boolean known) {
        assertEquals(known, HostNames.parse(list).include(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,,b", "http://a", "a:8080", "a/b", "a b", "*.", "a.*.b", "**", "-a", "grüße"})
    void whatIsNoNameIsRefused(String list) {
        UserError error = assertThrows(UserError.class, () -> HostNames.parse(list));
        assertTrue(error.getMessage().startsWith("--http-host: found '"), error.getMessage());
    }

    @Test
    void withoutAListThereAreAddressesAlone() {
        assertTrue(HostNames.NONE.include("127.0.0.1:8080") && HostNames.NONE.include("localhost"));
        assertFalse(HostNames.NONE.include("node-1"));
        assertTrue(HostNames.ANY.include("node-1"));
    }

    @Test
    void theNameThatAnEndpointListensAtIsKnown() throws IOException {
        GateRules rules = GateRules.PLAIN.with(HostNames.parse("proxy.example"));
        HttpEndpoint.Options options = new HttpEndpoint.Options("--port", "--bind");
        try (HttpEndpoint endpoint = HttpEndpoint.open(options, new HttpAddress("localhost", 0), ClusterRoutes.of(new FakeView()), rules)) {
            for (String host : List.of("proxy.example", "PROXY.example:80", "localhost:1")) {
                assertEquals("HTTP/1.1 200 OK", RawHttp.firstLine(endpoint.port(), "GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
            }
            String reply = RawHttp.exchange(endpoint.port(), "GET /status HTTP/1.1\r\nHost: other.example\r\n\r\n");
            assertEquals(421, RawHttp.code(reply));
            assertTrue(RawHttp.body(reply).contains("found other.example") && RawHttp.body(reply).contains("--http-host"), reply);
        }
    }
}
