package lockstep.coordinator.agree;

import java.util.Optional;

import lockstep.common.UserError;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;

/** Decides when a node that nobody answers may go on alone. */
final class Solitude {
    /** Hazelcast looks for a lost part of a cluster every ten seconds: time for two tries. */
    private static final long SEARCH_MS = 30_000;
    private static final int MAX_SEARCHES = 10;

    private final Search search;
    private final Endpoint endpoint;
    private final ClusterListener listener;
    private Optional<Deadline> deadline = Optional.empty();
    private Search.Reason reason = Search.Reason.NONE;
    private int searches;

    Solitude(Endpoint endpoint, ClusterListener listener) {
        this.search = new Search(endpoint);
        this.endpoint = endpoint;
        this.listener = listener;
    }

    /** It has a place again. */
    void over() {
        deadline = Optional.empty();
        searches = 0;
    }

    /**
     * @param last the generation that this node was in, where it was in one
     * @throws UserError when the others live and, after all this time, this node is still not one of them
     */
    boolean mayGoOn(Optional<Generation> last) {
        boolean wasAlone = last.isPresent() && last.get().nodes() == 1 && last.get().leader().equals(endpoint.member().self());
        if (last.isEmpty() || wasAlone) {
            return true;
        }
        if (deadline.isPresent() && !deadline.get().passed()) {
            return false;
        }
        boolean searched = deadline.isPresent() && reason == Search.Reason.MAY_BE_CUT_OFF;
        reason = searched ? Search.Reason.NONE : search.reason(last.get());
        if (reason == Search.Reason.NONE) {
            return true;
        }
        if (searches++ == MAX_SEARCHES) {
            throw new UserError("the other nodes live and go on without this one, which has looked for them for "
                + MAX_SEARCHES * SEARCH_MS / 1000 + " s: start it again with --join");
        }
        deadline = Optional.of(Deadline.afterMs(SEARCH_MS));
        listener.message("has lost all other nodes: looks for them for " + deadline.get() + (reason == Search.Reason.OTHERS_LIVE
            ? ", since they live"
            : " before it goes on alone, since it may itself have been stopped or cut off"));
        return false;
    }
}
