package lockstep.coordinator.member;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;

/**
 * Proves to whoever asks which process this is, on a port of its own, since only members can call each other and those that have lost each other are none:
 *
 * <pre>
 * who asks → this process   32 random bytes
 * this process → who asks   its id (16 bytes), HMAC(secret, "process", its id, the random bytes)
 * </pre>
 *
 * Who doesn't know the secret learns an id that says nothing.
 */
final class ProcessProof implements AutoCloseable {
    static final int NONCE_BYTES = 32;
    private static final int PATIENCE_MS = 1_000;
    private static final int BACKLOG = 64;
    /** Those that are answered at once. More of them wait, since who is turned away would take this process for another one. */
    private static final int ASKING = 64;
    private static final int MAX_PORT = 65535;
    /** Before another try where no connection can be taken, as when the process has no descriptor left. */
    private static final int AGAIN_MS = 100;

    private final UUID id = UUID.randomUUID();
    private final Secret secret;
    private final ServerSocket server;
    private final Semaphore asking = new Semaphore(ASKING);

    /**
     * @param memberPort that the member is to listen on; 0 for any. This listens on the first free one of {@link MemberSettings#PORTS} behind those that the member may take, where there are so many, else on any
     * @throws UserError when no port of that address is free
     */
    ProcessProof(String bindAddress, int memberPort, Secret secret) {
        this.secret = secret;
        try {
            this.server = listening(InetAddress.getByName(bindAddress), memberPort);
        } catch (IOException e) {
            throw new UserError("--bind: cannot listen on a port of " + bindAddress + ": " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("lockstep-process").start(this::serve);
    }

    private static ServerSocket listening(InetAddress address, int memberPort) throws IOException {
        int first = memberPort + MemberSettings.PORTS;
        int last = Math.min(first + MemberSettings.PORTS - 1, MAX_PORT);
        for (int port = first; memberPort > 0 && port <= last; port++) {
            try {
                return new ServerSocket(port, BACKLOG, address);
            } catch (BindException e) {
                // taken: the next one
            }
        }
        return new ServerSocket(0, BACKLOG, address);
    }

    ProcessId process() {
        return new ProcessId(id, server.getLocalPort());
    }

    private void serve() {
        try {
            while (!server.isClosed()) {
                asking.acquire();
                accept();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() throws InterruptedException {
        try {
            Socket socket = server.accept();
            Thread.ofVirtual().name("lockstep-process-proof").start(() -> answer(socket));
        } catch (IOException e) {
            asking.release();
            if (!server.isClosed()) {
                Thread.sleep(AGAIN_MS);
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            socket.setSoTimeout(PATIENCE_MS);
            byte[] nonce = socket.getInputStream().readNBytes(NONCE_BYTES);
            if (nonce.length == NONCE_BYTES) {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeLong(id.getMostSignificantBits());
                out.writeLong(id.getLeastSignificantBits());
                out.write(secret.mac(ProcessId.fields(id, nonce)));
                out.flush();
            }
        } catch (IOException e) {
            // it went, or asked for nothing
        } finally {
            asking.release();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // it is closed in any case
        }
    }
}
