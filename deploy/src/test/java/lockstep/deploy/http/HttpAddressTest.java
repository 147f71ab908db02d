package lockstep.deploy.http;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class HttpAddressTest {
    @Test
    void theUsualPortGoesWithoutSaying() {
        assertEquals(new HttpAddress("node-1", 9), HttpAddress.parse("--at", "node-1:9"));
        assertEquals(new HttpAddress("node-1", 8080), HttpAddress.parse("--at", "node-1"));
        assertEquals(new HttpAddress("::1", 9), HttpAddress.parse("--at", "[::1]:9"));
        assertEquals(new HttpAddress("::1", 8080), HttpAddress.parse("--at", "[::1]"));
        assertEquals("[::1]:9", new HttpAddress("::1", 9).toString());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", ":", ":80", "a:", "a:0", "a:x", "a:65536", "a:80:80", "[::1", "[::1]x", "[]:80", "::1", "a:-1", "http://a:80"})
    void whatIsNoAddressIsNamed(String text) {
        UserError error = assertThrows(UserError.class, () -> HttpAddress.parse("--at", text));
        assertEquals("--at: found " + text + ", expected HOST:PORT, as in 127.0.0.1:8080", error.getMessage());
    }

    @Test
    void isCalledByAddressSinceEndpointsRefuseNames() {
        assertEquals(URI.create("http://127.0.0.1:9/status"), new HttpAddress("127.0.0.1", 9).uri("--at", "/status"));
        assertEquals(URI.create("http://[0:0:0:0:0:0:0:1]:9/status"), new HttpAddress("::1", 9).uri("--at", "/status"));
    }

    @Test
    void anAddressToListenOnMayStandInBracketsAndMayNotBeEmpty() {
        assertEquals("[::1]:9", HttpAddress.of("--port", "[::1]", 9, 0).toString());
        UserError error = assertThrows(UserError.class, () -> HttpAddress.of("--port", " ", 9, 0).resolve("--bind"));
        assertEquals("--bind: found no host, expected a name or an address", error.getMessage());
    }

    @Test
    void aHostThatNobodyKnowsIsNamed() {
        UserError error = assertThrows(UserError.class, () -> new HttpAddress("no.such.host.invalid", 9).uri("--at", "/"));
        assertEquals("--at: found host no.such.host.invalid, which nobody knows; expected a name or an address", error.getMessage());
    }
}
