package lockstep.coordinator.member;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Asks the port of a node that is no member any more, or doesn't answer as one, what has become of it. */
public final class Probe {
    /** What that port does. */
    public enum Found {
        /** It speaks: it goes on without this node. */
        ALIVE,
        /** It takes the connection and resets it: the process is just ending, and will be dead when it is asked again. */
        ENDING,
        /** Its machine takes the connection, and nobody speaks: the process is stopped. */
        STOPPED,
        /** Its machine refuses the connection: the process has died. */
        DEAD,
        /** Nothing comes back at all: its machine is gone, or one of the two is cut off. */
        UNREACHABLE
    }

    private static final int PATIENCE_MS = 1_000;
    /** How members greet; each answers with the same. */
    private static final byte[] GREETING = "HZC".getBytes(StandardCharsets.US_ASCII);

    private Probe() {}

    /** Connects and greets: at most two seconds. */
    public static Found of(Peer peer) {
        try (Socket socket = connected(peer)) {
            return spoken(socket);
        } catch (IOException e) {
            return isRefusal(e) ? Found.DEAD : Found.UNREACHABLE;
        }
    }

    private static Found spoken(Socket socket) {
        try {
            return speaks(socket) ? Found.ALIVE : Found.STOPPED;
        } catch (IOException e) {
            return Found.ENDING;
        }
    }

    /** Whether a process takes connections where the peer does: at most one second. */
    public static boolean accepts(Peer peer) {
        try (Socket _ = connected(peer)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the peer's machine is there and no process listens where the peer did: at most one second. */
    public static boolean refuses(Peer peer) {
        try (Socket _ = connected(peer)) {
            return false;
        } catch (IOException e) {
            return isRefusal(e);
        }
    }

    private static Socket connected(Peer peer) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(peer.host(), peer.port()), PATIENCE_MS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** By the exception's class: its text is the system's, in the user's language. The one other cause, that the system gave up connecting, takes minutes. */
    private static boolean isRefusal(IOException e) {
        return e instanceof ConnectException;
    }

    private static boolean speaks(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MS);
        socket.getOutputStream().write(GREETING);
        InputStream in = socket.getInputStream();
        try {
            return in.read() >= 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
