package lockstep.common.text;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Encodes chunks on several threads and hands their tokens over in the order in which the chunks came, so that nothing shows how many threads there were. Holds a
 * bounded number of chunks: who adds waits while the oldest of them is being encoded. Sinks are called by the thread that adds, and by no other.
 */
final class OrderedEncoder implements AutoCloseable {
    /** Chunks travel in batches of about this size, so that short documents cost no more than long ones. */
    private static final int BATCH_SIZE = 1 << 16;
    private static final int BATCHES_PER_THREAD = 4;

    private final ExecutorService workers;
    private final int mostBatches;
    private final Queue<Sent> sent = new ArrayDeque<>();
    private List<TextChunk> chunks = new ArrayList<>();
    private List<TokenSink> sinks = new ArrayList<>();
    private int size;

    /** A batch under way; sink i takes the tokens of chunk i. */
    private record Sent(Future<List<int[]>> tokens, List<TokenSink> sinks) {}

    /** @param threads that encode, beside the one that adds */
    OrderedEncoder(int threads) {
        this.workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("lockstep-encode-", 0).factory());
        this.mostBatches = BATCHES_PER_THREAD * threads;
    }

    /** @throws IOException when an earlier chunk's sink fails, or the thread is interrupted while it waits */
    void add(TextChunk chunk, TokenSink sink) throws IOException {
        chunks.add(chunk);
        sinks.add(sink);
        size += chunk.size();
        if (size >= BATCH_SIZE) {
            send();
        }
    }

    /** Returns when every sink has its tokens. */
    void finish() throws IOException {
        send();
        while (!sent.isEmpty()) {
            deliverOldest();
        }
    }

    /** Drops what has not been delivered. */
    @Override
    public void close() {
        workers.shutdownNow();
    }

    private void send() throws IOException {
        if (sent.size() == mostBatches) {
            deliverOldest();
        }
        List<TextChunk> batch = chunks;
        sent.add(new Sent(workers.submit(() -> batch.stream().map(TextChunk::encode).toList()), sinks));
        chunks = new ArrayList<>();
        sinks = new ArrayList<>();
        size = 0;
    }

    private void deliverOldest() throws IOException {
        Sent oldest = sent.remove();
        List<int[]> tokens = await(oldest.tokens());
        for (int i = 0; i < tokens.size(); i++) {
            oldest.sinks().get(i).accept(tokens.get(i), 0, tokens.get(i).length);
        }
    }

    private static List<int[]> await(Future<List<int[]>> tokens) throws IOException {
        try {
            return tokens.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while text was being encoded");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IOException(e.getCause());
            }
        }
    }
}
