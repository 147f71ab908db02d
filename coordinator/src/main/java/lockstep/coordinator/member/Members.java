package lockstep.coordinator.member;

import java.util.List;
import java.util.UUID;

/** Who is a member, as this node sees it. Any thread. */
public interface Members {
    Peer self();

    /** All members, this one too, oldest first: the same order everywhere, though views may differ for a moment. */
    List<Peer> peers();

    /** Whether the peer is a member as far as is known here. */
    boolean has(UUID id);
}
