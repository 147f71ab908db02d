package lockstep.coordinator.member;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import lockstep.coordinator.secret.MacKey;
import lockstep.coordinator.secret.Secret;

/**
 * Asks at the address of a node that is no member any more, or doesn't answer as one, what has become of it. That something listens there says nothing of the node: it may be another run's, the same one started again, or
 * any other program. So who speaks there has to prove which process it is.
 */
public final class Probe {
    /** What has become of a node. */
    public enum Found {
        /** It speaks: it goes on without this node. */
        ALIVE,
        /** It takes the connection and resets it: the process is just ending, and will be dead when it is asked again. */
        ENDING,
        /** Its machine takes the connection, and nobody speaks: the process is stopped. */
        STOPPED,
        /** Its machine refuses the connection, or another process has its place: the process has died. */
        DEAD,
        /** Nothing comes back at all: its machine is gone, or one of the two is cut off. */
        UNREACHABLE
    }

    private static final int PATIENCE_MS = 1_000;
    /** How members greet; each answers with the same. */
    private static final byte[] GREETING = "HZC".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Secret secret;
    /** By a member's id, of all that there have been. */
    private final Map<UUID, ProcessId> known = new ConcurrentHashMap<>();
    /** Those that have proved once who they are: their port can be reached from here. */
    private final Set<UUID> met = ConcurrentHashMap.newKeySet();

    public Probe(Secret secret) {
        this.secret = secret;
    }

    /** Which process a member says that it is; of one that says nothing what answers at its address has to do. */
    void knows(UUID member, ProcessId process) {
        known.put(member, process);
    }

    /** Has the peer prove once who it is, as long as it lives, so that another process is known from it later; returns whether it has. At most two seconds. */
    public boolean meet(Peer peer) {
        ProcessId process = known.get(peer.id());
        if (process == null || met.contains(process.id())) {
            return process != null;
        }
        boolean proved = isStill(peer, process).equals(Optional.of(true));
        if (proved) {
            met.add(process.id());
        }
        return proved;
    }

    /** Connects, greets, and has who speaks prove who it is: at most four seconds. */
    public Found of(Peer peer) {
        Found found = ofAddress(peer);
        ProcessId process = known.get(peer.id());
        if (found != Found.ALIVE || process == null || !met.contains(process.id())) {
            return found;
        }
        return isStill(peer, process).equals(Optional.of(false)) ? Found.DEAD : Found.ALIVE;
    }

    /** Whether its machine refuses connections to its port, or another process has its place: at most three seconds. Says nothing there, as {@link #of} does. */
    public boolean isGone(Peer peer) {
        try (Socket _ = connected(peer.host(), peer.port())) {
            ProcessId process = known.get(peer.id());
            return process != null && met.contains(process.id()) && isStill(peer, process).equals(Optional.of(false));
        } catch (IOException e) {
            return isRefusal(e);
        }
    }

    /** Whether it is that process which answers; nothing where that can't be known. */
    private Optional<Boolean> isStill(Peer peer, ProcessId process) {
        byte[] nonce = new byte[ProcessProof.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try (Socket socket = connected(peer.host(), process.port())) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(nonce);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            UUID id = new UUID(in.readLong(), in.readLong());
            byte[] mac = new byte[MacKey.MAC_BYTES];
            in.readFully(mac);
            return Optional.of(id.equals(process.id()) && MessageDigest.isEqual(secret.mac(ProcessId.fields(id, nonce)), mac));
        } catch (EOFException e) {
            return Optional.of(false);
        } catch (IOException e) {
            return isRefusal(e) ? Optional.of(false) : Optional.empty();
        }
    }

    private static Found ofAddress(Peer peer) {
        try (Socket socket = connected(peer.host(), peer.port())) {
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
        try (Socket _ = connected(peer.host(), peer.port())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Socket connected(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
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
