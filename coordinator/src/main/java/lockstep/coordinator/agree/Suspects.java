package lockstep.coordinator.agree;

import java.util.ArrayList;
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

    /** All of them, which are none from now on. */
    List<Peer> take() {
        List<Peer> taken = new ArrayList<>(those);
        those.clear();
        return taken;
    }
}
