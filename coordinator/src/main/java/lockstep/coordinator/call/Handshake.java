package lockstep.coordinator.call;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.UUID;

import lockstep.coordinator.member.Peer;
import lockstep.coordinator.secret.Fields;
import lockstep.coordinator.secret.MacKey;
import lockstep.coordinator.secret.Secret;

/**
 * What caller and responder prove to each other:
 *
 * <pre>
 * caller → responder   HELLO   both peers, nonceA
 * responder → caller           session, nonceB
 * caller → responder   PROVE   session, HMAC(secret, "caller",    all of the above)
 * responder → caller           HMAC(secret, "responder", all of the above)
 * both                         key = HMAC(secret, "session", all of the above)
 * </pre>
 *
 * The caller proves first: who merely calls gets nothing that depends on the secret.
 */
record Handshake(Peer caller, Peer responder, byte[] callerNonce, UUID session, byte[] responderNonce) {
    static final int NONCE_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    static byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }

    byte[] callerProof(Secret secret) {
        return secret.mac(fields("lockstep handshake 1: caller"));
    }

    byte[] responderProof(Secret secret) {
        return secret.mac(fields("lockstep handshake 1: responder"));
    }

    MacKey key(Secret secret) {
        return secret.derive(fields("lockstep handshake 1: session"));
    }

    private Fields fields(String label) {
        return new Fields(label).put(caller.id()).put(caller.address()).put(responder.id()).put(responder.address()).put(callerNonce)
            .put(session).put(responderNonce);
    }

    /** The first message. */
    record Hello(Peer caller, Peer responder, byte[] nonce) {
        static final Codec<Hello> CODEC = new Codec<>() {
            @Override
            public void write(Hello hello, DataOutput out) throws IOException {
                writePeer(hello.caller(), out);
                writePeer(hello.responder(), out);
                out.write(hello.nonce());
            }

            @Override
            public Hello read(DataInput in) throws IOException {
                return new Hello(readPeer(in), readPeer(in), readNonce(in));
            }
        };
    }

    /** Its answer. */
    record Challenge(UUID session, byte[] nonce) {
        static final Codec<Challenge> CODEC = new Codec<>() {
            @Override
            public void write(Challenge challenge, DataOutput out) throws IOException {
                writeId(challenge.session(), out);
                out.write(challenge.nonce());
            }

            @Override
            public Challenge read(DataInput in) throws IOException {
                return new Challenge(readId(in), readNonce(in));
            }
        };
    }

    private static void writePeer(Peer peer, DataOutput out) throws IOException {
        writeId(peer.id(), out);
        out.writeUTF(peer.host());
        out.writeInt(peer.port());
    }

    private static Peer readPeer(DataInput in) throws IOException {
        return new Peer(readId(in), in.readUTF(), in.readInt());
    }

    private static void writeId(UUID id, DataOutput out) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    private static UUID readId(DataInput in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    private static byte[] readNonce(DataInput in) throws IOException {
        byte[] nonce = new byte[NONCE_BYTES];
        in.readFully(nonce);
        return nonce;
    }
}
