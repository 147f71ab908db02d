package lockstep.coordinator.agree;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import lockstep.coordinator.member.Peer;

/** Nodes whose state is not what the majority holds: they have to take it anew. For the thread of the training loop. */
final class Suspects {
    private final Set<Peer> those = new LinkedHashSet<>();

    void add(Peer peer) {
        those.add(peer);
    }

    /** Those that still are. */
    List<Peer> all() {
        return List.copyOf(those);
    }

    /** It has given its state up, or holds again what the others do. A generation that it was to take the state in is not enough: that may not stand. */
    void absolve(Peer peer) {
        those.remove(peer);
    }
}
