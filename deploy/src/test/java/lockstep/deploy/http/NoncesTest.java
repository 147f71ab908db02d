package lockstep.deploy.http;

import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NoncesTest {
    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 1);
    private final Nonces nonces = new Nonces(nowNs::get);

    @Test
    void isGoodForItsTimeAlone() {
        String nonce = nonces.issue();
        assertTrue(nonces.isGood(nonce));
        nowNs.addAndGet(Nonces.LIFE.toNanos() - 1);
        assertTrue(nonces.isGood(nonce));
        nowNs.addAndGet(1);
        assertFalse(nonces.isGood(nonce));
    }

    @Test
    void anyChangeMakesItWorthless() {
        String nonce = nonces.issue();
        for (int i = 0; i < nonce.length(); i++) {
            String changed = nonce.substring(0, i) + (nonce.charAt(i) == '0' ? '1' : '0') + nonce.substring(i + 1);
            assertFalse(nonces.isGood(changed), changed);
        }
        assertFalse(nonces.isGood(nonce + "00"));
        assertFalse(nonces.isGood(nonce.substring(2)));
        assertFalse(nonces.isGood(""));
        assertFalse(nonces.isGood("zz"));
    }

    @Test
    void isUsedOnceAsLongAsItIsGood() {
        String nonce = nonces.issue();
        assertNotEquals(nonce, nonces.issue());
        assertTrue(nonces.use(nonce));
        assertFalse(nonces.use(nonce));
        nowNs.addAndGet(Nonces.LIFE.toNanos());
        assertFalse(nonces.use(nonce));
        assertFalse(nonces.isGood(nonce));
    }
}
