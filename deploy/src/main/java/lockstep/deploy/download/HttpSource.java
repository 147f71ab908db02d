package lockstep.deploy.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.OptionalLong;

import lockstep.common.UserError;

/** Asks a server for a file, or for what is missing of it. */
final class HttpSource implements AutoCloseable {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final URI uri;
    private final KnownFile expected;
    private final Deadlines deadlines;
    private final HttpClient client;

    HttpSource(URI uri, KnownFile expected, Deadlines deadlines) {
        this.uri = uri;
        this.expected = expected;
        this.deadlines = deadlines;
        this.client = HttpClient.newBuilder().connectTimeout(deadlines.connect()).followRedirects(HttpClient.Redirect.NORMAL).build();
    }

    /**
     * The rest of the file, or all of it where the server knows no ranges.
     *
     * @param haveBytes of the file that are there already
     */
    Body open(long haveBytes) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(deadlines.read()).GET();
        if (haveBytes > 0) {
            request.header("Range", "bytes=" + haveBytes + "-");
        }
        HttpResponse<InputStream> response = send(request.build());
        boolean continues = response.statusCode() == PARTIAL_CONTENT && startsAt(response, haveBytes);
        if (continues || response.statusCode() == OK) {
            long fromBytes = continues ? haveBytes : 0;
            requireLength(response, expected.bytes() - fromBytes);
            return new Body(new DeadlineInputStream(response.body(), deadlines.read()), fromBytes);
        }
        response.body().close();
        if (haveBytes > 0 && (response.statusCode() == RANGE_NOT_SATISFIABLE || response.statusCode() == PARTIAL_CONTENT)) {
            // The server's file is shorter than our part, or it sent another range than asked for: begin again.
            return open(0);
        }
        throw new UserError(uri + ": status " + response.statusCode() + ", expected 200");
    }

    @Override
    public void close() {
        // Not close(): that would wait for a body that we have given up.
        client.shutdownNow();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static boolean startsAt(HttpResponse<?> response, long fromBytes) {
        return response.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + fromBytes + "-");
    }

    private void requireLength(HttpResponse<InputStream> response, long bytes) throws IOException {
        OptionalLong length = response.headers().firstValueAsLong("Content-Length");
        if (length.isPresent() && length.getAsLong() != bytes) {
            response.body().close();
            throw new UserError(
                uri + ": announces " + length.getAsLong() + " bytes, expected " + bytes + "; this is not the expected file");
        }
    }
}
