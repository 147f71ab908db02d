package lockstep.coordinator.member;

import java.util.List;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;

/**
 * @param clusterName what clusters on the same network are told apart by
 * @param bindAddress the one address that is listened on, and under which others reach this member; IPv4, or a name that stands for it
 * @param port to listen on; if taken, the next of {@link #PORTS}; 0 for any free one
 * @param peers members to look for, host or host:port; some may be down or never exist
 * @param kubernetesDns a headless service whose addresses are the members to look for instead
 */
public record MemberSettings(String clusterName, String bindAddress, int port, List<String> peers, Optional<String> kubernetesDns,
    Secret secret) {
    public static final String LOOPBACK = "127.0.0.1";
    public static final int DEFAULT_PORT = 5701;
    /** Ports tried from the first one on. */
    public static final int PORTS = 100;
    private static final int MAX_PORT = 65535;

    public MemberSettings {
        if (!clusterName.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new UserError("the cluster's name must be 1 to 64 letters, digits, dots, dashes or underscores: found " + clusterName);
        }
        if (port < 0 || port > MAX_PORT) {
            throw new UserError("--port: found " + port + ", expected 0 to " + MAX_PORT);
        }
        if (kubernetesDns.isPresent() && (!peers.isEmpty() || !kubernetesDns.get().matches("[A-Za-z0-9.-]{1,253}"))) {
            throw new UserError("--kubernetes-dns: found " + kubernetesDns.get() + (peers.isEmpty() ? "" : " beside --join")
                + ", expected the DNS name of a headless service, instead of --join");
        }
        peers = peers.stream().map(peer -> PeerAddress.parse("--join", peer).toString()).toList();
    }

    /** With peers by address. */
    public MemberSettings(String clusterName, String bindAddress, int port, List<String> peers, Secret secret) {
        this(clusterName, bindAddress, port, peers, Optional.empty(), secret);
    }

    /** The same, bound to an address in digits. */
    MemberSettings bound(String address) {
        return new MemberSettings(clusterName, address, port, peers, kubernetesDns, secret);
    }
}
