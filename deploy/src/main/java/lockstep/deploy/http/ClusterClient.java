package lockstep.deploy.http;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;

/** Asks a node's endpoint. Every mistake is told with the address that was asked. */
public final class ClusterClient implements AutoCloseable {
    private static final String OPTION = "--at";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration REPLY = Duration.ofSeconds(15);
    private static final int MAX_REPLY_BYTES = 1 << 20;

    private final HttpAddress address;
    private final HttpClient http =
        HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();

    private record Reply(int code, String body) {}

    public ClusterClient(HttpAddress address) {
        this.address = address;
    }

    /** The reply as it came, a JSON object: {@link #parse} reads it. */
    public String statusJson() {
        return expect(Answers.OK, send(get(ClusterRoutes.STATUS)));
    }

    public ClusterStatus parse(String statusJson) {
        try {
            return Answers.JSON.readValue(statusJson, ClusterStatus.class);
        } catch (JsonProcessingException e) {
            throw notOurs(e);
        }
    }

    /** @return what the node says to that */
    public String leave(String node, Secret secret) {
        String nonce = field(expect(Answers.OK, send(get(ClusterRoutes.NONCE))), "nonce");
        LeaveRequest request = new LeaveRequest(node, nonce, new LeaveProof(secret).of(nonce, node));
        try {
            String body = Answers.JSON.writeValueAsString(request);
            Reply reply = send(HttpRequest.newBuilder(uri(ClusterRoutes.LEAVE)).POST(HttpRequest.BodyPublishers.ofString(body)));
            return field(expect(Answers.ACCEPTED, reply), "said");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What came from another machine, so that a terminal doesn't take it for commands. */
    public static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(uri(path)).GET();
    }

    private URI uri(String path) {
        return address.uri(OPTION, path);
    }

    /** The deadline is on the whole reply, and not on its first line alone as the client's own would be. */
    private Reply send(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> asked =
            http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_REPLY_BYTES));
        try {
            HttpResponse<byte[]> reply = asked.get(REPLY.toSeconds(), TimeUnit.SECONDS);
            return new Reply(reply.statusCode(), new String(reply.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new UserError(OPTION + ": " + address + " has not answered within " + REPLY.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ConnectException
                ? new UserError(OPTION + ": nothing listens at " + address + "; start train with --http-port " + address.port()
                    + ", or name the address of a node that was", e)
                : new UserError(OPTION + ": " + address + " gives no whole answer: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError(OPTION + ": interrupted while waiting for " + address, e);
        }
    }

    private String expect(int code, Reply reply) {
        if (reply.code() != code) {
            throw new UserError(OPTION + ": " + address + " answers " + reply.code() + ": " + field(reply.body(), "error"));
        }
        return reply.body();
    }

    private String field(String json, String name) {
        try {
            JsonNode field = Answers.JSON.readTree(json).path(name);
            if (!field.isTextual()) {
                throw notOurs(null);
            }
            return printable(field.asText());
        } catch (JsonProcessingException e) {
            throw notOurs(e);
        }
    }

    private UserError notOurs(Throwable cause) {
        return new UserError(OPTION + ": what answers at " + address + " is no node of Lockstep", cause);
    }
}
