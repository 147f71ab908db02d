package lockstep.coordinator.agree;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

import lockstep.coordinator.member.Peer;

/** Asks the port of a node that is no member any more what has become of it. */
final class Probe {
    enum Found {
        /** It speaks: it goes on without this node. */
        ALIVE,
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

    static Found of(Peer peer) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(peer.host(), peer.port()), PATIENCE_MS);
            return speaks(socket) ? Found.ALIVE : Found.STOPPED;
        } catch (ConnectException e) {
            return String.valueOf(e.getMessage()).contains("refused") ? Found.DEAD : Found.UNREACHABLE;
        } catch (IOException e) {
            return Found.UNREACHABLE;
        }
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
