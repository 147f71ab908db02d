package lockstep.deploy.http;

import java.util.HexFormat;

import lockstep.coordinator.secret.Fields;
import lockstep.coordinator.secret.MacKey;
import lockstep.coordinator.secret.Secret;

/** What both sides compute from the secret so that it need not be sent: an HMAC over the server's nonce and the node that is to leave. */
final class LeaveProof {
    private final MacKey key;

    LeaveProof(Secret secret) {
        this.key = secret.derive(new Fields("lockstep http leave 1"));
    }

    String of(String nonce, String node) {
        return HexFormat.of().formatHex(key.mac(fields(nonce, node)));
    }

    boolean verifies(String nonce, String node, String proof) {
        try {
            return key.verifies(fields(nonce, node), HexFormat.of().parseHex(proof));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Fields fields(String nonce, String node) {
        return new Fields("leave").put(nonce).put(node);
    }
}
