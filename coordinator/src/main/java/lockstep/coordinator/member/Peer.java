package lockstep.coordinator.member;

import java.util.UUID;

/** A member as all see it: its address is where the others reach it. */
public record Peer(UUID id, String host, int port) {
    public String address() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return address() + " (" + id + ")";
    }
}
