package lockstep.coordinator.call;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody on the path to a member: passes on all that goes through, writes down what goes to it, and can say it again. */
final class Wiretap implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ServerSocket listening;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile int target;

    Wiretap() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** The port that others take for the member's. */
    int port() {
        return listening.getLocalPort();
    }

    /** Passes on to that port from now on. */
    void passOnTo(int port) {
        target = port;
        Thread.ofPlatform().daemon().name("wiretap").start(this::acceptAll);
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket caller = listening.accept();
                Socket member = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(caller, member));
                Line line = new Line(member.getOutputStream());
                lines.add(line);
                passOn(caller.getInputStream(), line);
                passOn(member.getInputStream(), new Line(caller.getOutputStream()));
            }
        } catch (IOException e) {
            // it was closed
        }
    }

    private static void passOn(InputStream in, Line line) {
        Thread.ofPlatform().daemon().name("wiretap").start(() -> {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    line.passOn(buffer, n);
                }
            } catch (IOException e) {
                // an end of the line is closed
            }
        });
    }

    /** Begins to write down what goes to the member. Nothing must be half way. */
    void record() {
        lines.forEach(Line::record);
    }

    /** Says to the member once more what was written down; returns how many bytes. */
    int replay() {
        return lines.stream().mapToInt(Line::replay).sum();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : new ArrayList<>(sockets)) {
            socket.close();
        }
    }

    /** One direction of a connection. */
    private static final class Line {
        private final OutputStream out;
        private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

        Line(OutputStream out) {
            this.out = out;
        }

        synchronized void passOn(byte[] bytes, int n) throws IOException {
            recorded.write(bytes, 0, n);
            out.write(bytes, 0, n);
        }

        synchronized void record() {
            recorded.reset();
        }

        synchronized int replay() {
            try {
                out.write(recorded.toByteArray());
                return recorded.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
