package lockstep.coordinator.agree;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Notices that nobody has got on for a while. For one thread. */
final class Stagnation {
    private final long patienceNs;
    private final Map<UUID, Long> most = new HashMap<>();
    private Optional<Object> in = Optional.empty();
    private long sinceNs;

    Stagnation(long patienceNs) {
        this.patienceNs = patienceNs;
    }

    long patienceNs() {
        return patienceNs;
    }

    /**
     * @param of what is waited for: with another one it begins anew
     * @param work how much each node has done so far; who gave no answer is left out
     * @param nowNs monotonic time
     * @return whether it has been the same for longer than this has patience
     */
    boolean lasts(Object of, Map<UUID, Long> work, long nowNs) {
        if (!in.equals(Optional.of(of))) {
            in = Optional.of(of);
            most.clear();
        }
        boolean rose = false;
        for (Map.Entry<UUID, Long> node : work.entrySet()) {
            rose |= !node.getValue().equals(most.put(node.getKey(), node.getValue()));
        }
        if (rose) {
            sinceNs = nowNs;
        }
        return nowNs - sinceNs > patienceNs;
    }
}
