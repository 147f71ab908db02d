package lockstep.coordinator.member;

import java.io.DataOutputStream;
import java.io.IOException;
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
    /** Those that ask at once; more of them are turned away. */
    private static final int ASKING = 64;

    private final UUID id = UUID.randomUUID();
    private final Secret secret;
    private final ServerSocket server;
    private final Semaphore asking = new Semaphore(ASKING);

    /** @throws UserError when no port of that address is free */
    ProcessProof(String bindAddress, Secret secret) {
        this.secret = secret;
        try {
            this.server = new ServerSocket(0, BACKLOG, InetAddress.getByName(bindAddress));
        } catch (IOException e) {
            throw new UserError("--bind: cannot listen on a port of " + bindAddress + ": " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("lockstep-process").start(this::serve);
    }

    ProcessId process() {
        return new ProcessId(id, server.getLocalPort());
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (asking.tryAcquire()) {
                    Thread.ofVirtual().name("lockstep-process-proof").start(() -> answer(socket));
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                // closed, or one that went before it was taken
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
