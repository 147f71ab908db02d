package lockstep.coordinator.secret;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key of HMAC-SHA-256. */
public final class MacKey {
    public static final int MAC_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    MacKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    public byte[] mac(Fields fields) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(fields.bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** In a time that doesn't tell how much of it is right. */
    public boolean verifies(Fields fields, byte[] mac) {
        return MessageDigest.isEqual(mac(fields), mac);
    }

    @Override
    public String toString() {
        return "MacKey[not shown]";
    }
}
