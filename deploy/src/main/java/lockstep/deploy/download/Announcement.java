package lockstep.deploy.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.OptionalLong;

import lockstep.common.UserError;

/** What a server says of a file before any byte of it is asked for. */
final class Announcement {
    private static final int OK = 200;
    /** In which a hub says the SHA-256 of a file, on the answer that sends one to where the file lies. */
    private static final String CHECKSUM = "X-Linked-Etag";

    private Announcement() {}

    static KnownFile of(URI source, Deadlines deadlines) throws IOException {
        HttpRequest request =
            HttpRequest.newBuilder(source).timeout(deadlines.read()).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
        HttpResponse<Void> response = send(request, deadlines);
        if (response.statusCode() != OK) {
            throw new UserError(source + ": status " + response.statusCode() + ", expected 200");
        }
        OptionalLong bytes = response.headers().firstValueAsLong("Content-Length");
        if (bytes.isEmpty() || bytes.getAsLong() <= 0) {
            throw new UserError(source + ": says no size, expected a Content-Length; give another place by --from URL");
        }
        return new KnownFile(bytes.getAsLong(), checksum(Optional.of(response)));
    }

    private static HttpResponse<Void> send(HttpRequest request, Deadlines deadlines) throws IOException {
        HttpClient client =
            HttpClient.newBuilder().connectTimeout(deadlines.connect()).followRedirects(HttpClient.Redirect.NORMAL).build();
        try {
            return client.send(request, BodyHandlers.discarding());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            client.shutdownNow();
        }
    }

    /** Of the answer, or of one that led to it. */
    private static Optional<String> checksum(Optional<HttpResponse<Void>> response) {
        if (response.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> here = response.get().headers().firstValue(CHECKSUM).map(value -> value.replace("\"", ""))
            .filter(value -> value.matches("[0-9a-f]{64}"));
        return here.or(() -> checksum(response.get().previousResponse()));
    }
}
