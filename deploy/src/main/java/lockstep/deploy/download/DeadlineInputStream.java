package lockstep.deploy.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import lockstep.common.stream.BlockStream;

/** A read that brings nothing in time fails. The HTTP client's own timeout ends with the answer's header. */
final class DeadlineInputStream extends BlockStream {
    private final Duration deadline;

    DeadlineInputStream(InputStream in, Duration deadline) {
        super(in);
        this.deadline = deadline;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                count.complete(in.read(target, offset, length));
            } catch (IOException | RuntimeException e) {
                count.completeExceptionally(e);
            }
        });
        try {
            return count.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            reader.interrupt();
            throw new HttpTimeoutException("no bytes for " + deadline.toMillis() + " ms");
        } catch (InterruptedException e) {
            reader.interrupt();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }
}
