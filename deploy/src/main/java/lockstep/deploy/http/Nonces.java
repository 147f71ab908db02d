package lockstep.deploy.http;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import lockstep.coordinator.secret.Fields;
import lockstep.coordinator.secret.MacKey;
import lockstep.coordinator.secret.Secret;

/**
 * Numbers that are good once and for a short time. One that is given out is not kept: it carries when it ends, under a MAC of a key that only this process has.
 * So nobody can fill a memory by asking for many, nor push out another's.
 */
final class Nonces {
    static final Duration LIFE = Duration.ofSeconds(30);
    private static final int RANDOM_BYTES = 16;

    private final LongSupplier nanoClock;
    private final SecureRandom random = new SecureRandom();
    private final MacKey key = Secret.of(Secret.random()).derive(new Fields("lockstep http nonce 1"));
    /** Those used, until they would have ended anyway, by when that is. Only who knows the secret gets one here. */
    private final TreeMap<String, Long> used = new TreeMap<>();

    /** @param nanoClock monotonic time in ns */
    Nonces(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    String issue() {
        byte[] salt = new byte[RANDOM_BYTES];
        random.nextBytes(salt);
        long endNs = nanoClock.getAsLong() + LIFE.toNanos();
        ByteBuffer nonce = ByteBuffer.allocate(Long.BYTES + RANDOM_BYTES + MacKey.MAC_BYTES);
        nonce.putLong(endNs).put(salt).put(key.mac(fields(endNs, salt)));
        return HexFormat.of().formatHex(nonce.array());
    }

    /** Whether this process gave it out and it has not ended yet. */
    boolean isGood(String nonce) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(nonce));
            long endNs = bytes.getLong();
            byte[] salt = new byte[RANDOM_BYTES];
            bytes.get(salt);
            byte[] mac = new byte[MacKey.MAC_BYTES];
            bytes.get(mac);
            return !bytes.hasRemaining() && key.verifies(fields(endNs, salt), mac) && endNs - nanoClock.getAsLong() > 0;
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return false;
        }
    }

    /** @return whether it is the first use */
    synchronized boolean use(String nonce) {
        long now = nanoClock.getAsLong();
        used.values().removeIf(endNs -> endNs - now < 0);
        return used.putIfAbsent(nonce, now + LIFE.toNanos()) == null;
    }

    private static Fields fields(long endNs, byte[] salt) {
        return new Fields("nonce").put(endNs).put(salt);
    }
}
