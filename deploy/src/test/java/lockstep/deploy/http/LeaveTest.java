package lockstep.deploy.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who may retire a node: who knows the secret, once for each nonce, and for no other node than he named. */
class LeaveTest {
    private static final Secret SECRET = secret("correct horse battery");
    private static final Secret OTHER = secret("incorrect horse battery");

    private final FakeView view = new FakeView();
    private final HttpEndpoint endpoint = HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, 0), ClusterRoutes.of(view, SECRET));
    private final ClusterClient client = new ClusterClient(new HttpAddress(HttpAddress.LOOPBACK, endpoint.port()));

    @AfterEach
    void close() {
        client.close();
        endpoint.close();
    }

    private static Secret secret(String words) {
        return Secret.of(words.getBytes(StandardCharsets.UTF_8));
    }

    private String nonce() throws IOException {
        return new ObjectMapper().readTree(RawHttp.body(RawHttp.request(endpoint.port(), "GET /nonce"))).at("/nonce").asText();
    }

    private String post(String body) throws IOException {
        return RawHttp.exchange(endpoint.port(), "POST /leave HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
            + body.length() + "\r\n\r\n" + body);
    }

    private String post(String node, String nonce, String proof) throws IOException {
        return post("{\"node\":\"" + node + "\",\"nonce\":\"" + nonce + "\",\"proof\":\"" + proof + "\"}");
    }

    @Test
    void whoKnowsTheSecretRetiresANode() {
        assertEquals("node-2 leaves after step 12", client.leave("node-2", SECRET));
        assertEquals(List.of("node-2"), view.left);
    }

    @Test
    void whoDoesNotKnowItIsTurnedAway() {
        UserError error = assertThrows(UserError.class, () -> client.leave("node-2", OTHER));
        assertTrue(error.getMessage().endsWith(" answers 403: proof: this is not the cluster's secret"), error.getMessage());
        assertEquals(List.of(), view.left);
    }

    @Test
    void whatTheRunAnswersIsToldWithTheAddress() {
        String start = "--at: 127.0.0.1:" + endpoint.port() + " answers ";
        assertEquals(start + "404: node: no node of this run has that name",
            assertThrows(UserError.class, () -> client.leave("node-9", SECRET)).getMessage());
        assertEquals(start + "409: node: it writes a checkpoint",
            assertThrows(UserError.class, () -> client.leave("node-1", SECRET)).getMessage());
    }

    @Test
    void aRecordedRequestIsWorthNothing() throws IOException {
        String nonce = nonce();
        String proof = new LeaveProof(SECRET).of(nonce, "node-2");
        assertEquals(202, RawHttp.code(post("node-2", nonce, proof)));
        String again = post("node-2", nonce, proof);
        assertEquals(403, RawHttp.code(again));
        assertTrue(again.contains("was used already"), again);
        assertEquals(List.of("node-2"), view.left);
    }

    @Test
    void aProofIsForOneNodeAlone() throws IOException {
        String nonce = nonce();
        assertEquals(403, RawHttp.code(post("node-2", nonce, new LeaveProof(SECRET).of(nonce, "node-1"))));
        assertEquals(List.of(), view.left);
    }

    @Test
    void aNonceOfAnotherProcessIsWorthNothing() throws IOException {
        String nonce = new Nonces(System::nanoTime).issue();
        assertEquals(403, RawHttp.code(post("node-2", nonce, new LeaveProof(SECRET).of(nonce, "node-2"))));
        assertEquals(List.of(), view.left);
    }

    @Test
    void aWrongProofLeavesTheNonceToItsOwner() throws IOException {
        String nonce = nonce();
        assertEquals(403, RawHttp.code(post("node-2", nonce, "00")));
        assertEquals(403, RawHttp.code(post("node-2", nonce, "no hex")));
        assertEquals(202, RawHttp.code(post("node-2", nonce, new LeaveProof(SECRET).of(nonce, "node-2"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "7", "{\"node\":\"node-2\"}", "{\"node\":{},\"nonce\":\"\",\"proof\":\"\"}"})
    void whatIsNoRequestIsSaidToBeNone(String body) throws IOException {
        String reply = post(body);
        assertEquals(400, RawHttp.code(reply), reply);
        assertEquals(List.of(), view.left);
    }
}
