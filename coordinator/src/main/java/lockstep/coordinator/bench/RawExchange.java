package lockstep.coordinator.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import lockstep.common.model.Chunks;

/**
 * The baseline: the same all-reduce by blocking sockets, from float[] to summed float[], with direct buffers of a chunk, both directions at once. No frames, no names, no deadlines, and where more than two
 * take part the sum has whatever order comes.
 */
final class RawExchange implements AutoCloseable {
    private static final int ACCEPT_MS = 30_000;

    private final int rank;
    private final int parameters;
    private final ServerSocketChannel listening;
    private final SocketChannel[] peers;
    private final ByteBuffer[] out;
    private final ByteBuffer[] in;
    private final float[][] pieces;
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("raw-", 0).factory());

    RawExchange(int rank, int nodes, int parameters) {
        this.rank = rank;
        this.parameters = parameters;
        this.peers = new SocketChannel[nodes];
        this.out = buffers(nodes);
        this.in = buffers(nodes);
        this.pieces = new float[nodes][Chunks.FLOATS];
        try {
            listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer[] buffers(int nodes) {
        ByteBuffer[] buffers = new ByteBuffer[nodes];
        for (int i = 0; i < nodes; i++) {
            buffers[i] = ByteBuffer.allocateDirect(Chunks.FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }
        return buffers;
    }

    int port() {
        return ((InetSocketAddress) localAddress()).getPort();
    }

    private SocketAddress localAddress() {
        try {
            return listening.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects to a lower rank, and says which one calls. */
    void connect(int peer, int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(ByteBuffer.wrap(new byte[] {(byte) rank}));
        peers[peer] = channel;
    }

    /** Takes a call of a higher rank. */
    void accept() throws IOException {
        listening.socket().setSoTimeout(ACCEPT_MS);
        SocketChannel channel = listening.socket().accept().getChannel();
        ByteBuffer from = ByteBuffer.allocate(1);
        while (from.hasRemaining() && channel.read(from) >= 0) {
            // one byte
        }
        peers[from.get(0)] = channel;
    }

    void allReduce(float[] grads) {
        onAllPeers(peer -> send(peer, grads, peer), peer -> receive(peer, grads, rank, true));
        onAllPeers(peer -> send(peer, grads, rank), peer -> receive(peer, grads, peer, false));
    }

    private interface Work {
        void run(int peer) throws IOException;
    }

    private void onAllPeers(Work send, Work receive) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int peer = 0; peer < peers.length; peer++) {
            if (peer != rank) {
                all.add(start(send, peer));
                all.add(start(receive, peer));
            }
        }
        all.forEach(CompletableFuture::join);
    }

    private CompletableFuture<Void> start(Work work, int peer) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run(peer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, threads);
    }

    private void send(int peer, float[] grads, int owner) throws IOException {
        for (int chunk = owner; chunk < Chunks.count(parameters); chunk += peers.length) {
            ByteBuffer buffer = out[peer];
            int n = Chunks.length(chunk, parameters);
            buffer.clear().limit(n * Float.BYTES);
            buffer.asFloatBuffer().put(grads, Chunks.start(chunk), n);
            while (buffer.hasRemaining()) {
                peers[peer].write(buffer);
            }
        }
    }

    private void receive(int peer, float[] grads, int owner, boolean sum) throws IOException {
        for (int chunk = owner; chunk < Chunks.count(parameters); chunk += peers.length) {
            ByteBuffer buffer = in[peer];
            int n = Chunks.length(chunk, parameters);
            buffer.clear().limit(n * Float.BYTES);
            while (buffer.hasRemaining()) {
                if (peers[peer].read(buffer) < 0) {
                    throw new EOFException("rank " + peer + " is gone");
                }
            }
            buffer.flip();
            int start = Chunks.start(chunk);
            if (sum) {
                buffer.asFloatBuffer().get(pieces[peer], 0, n);
                add(grads, start, pieces[peer], n);
            } else {
                buffer.asFloatBuffer().get(grads, start, n);
            }
        }
    }

    private static void add(float[] grads, int start, float[] piece, int n) {
        synchronized (grads) {
            for (int i = 0; i < n; i++) {
                grads[start + i] += piece[i];
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            listening.close();
            for (SocketChannel peer : peers) {
                if (peer != null) {
                    peer.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
