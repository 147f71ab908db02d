package lockstep.coordinator.member;

import java.util.Optional;
import java.util.UUID;

import lockstep.coordinator.secret.Fields;

/**
 * Which process a member is. Its id on Hazelcast's list is another one when two parts of a cluster have become one again, and another process may listen at its address tomorrow; this stays, and is nobody else's.
 *
 * @param id drawn when the process began
 * @param port at its address, where it proves under the cluster's secret that it is still this one: see {@link ProcessProof}
 */
record ProcessId(UUID id, int port) {
    /** Of a member, by which the others know it before they ask. */
    static final String ATTRIBUTE = "lockstep.process";

    String attribute() {
        return id + "@" + port;
    }

    /** Nothing where there is none. */
    static Optional<ProcessId> of(String attribute) {
        if (attribute == null || !attribute.matches("[0-9a-f-]{36}@[0-9]{1,5}")) {
            return Optional.empty();
        }
        String[] parts = attribute.split("@", -1);
        return Optional.of(new ProcessId(UUID.fromString(parts[0]), Integer.parseInt(parts[1])));
    }

    /** What its proof speaks for. */
    static Fields fields(UUID id, byte[] nonce) {
        return new Fields("lockstep process 1").put(id).put(nonce);
    }
}
