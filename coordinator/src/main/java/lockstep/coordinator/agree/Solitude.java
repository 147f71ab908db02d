package lockstep.coordinator.agree;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;

/** Decides when a node that nobody answers may go on alone. */
final class Solitude {
    /** Hazelcast looks for a lost part of a cluster every ten seconds: time for two tries. */
    private static final long SEARCH_MS = 30_000;
    /** Others that live are asked anew each second: one of them may just be leaving. */
    private static final long ASK_ANEW_MS = 1_000;
    private static final long OTHERS_LIVE_MS = 300_000;

    private final Search search;
    private final Endpoint endpoint;
    private final BooleanSupplier othersWrite;
    private final BooleanSupplier inCompany;
    private final Function<String, RuntimeException> givingUp;
    private final ClusterListener listener;
    private final LongSupplier nanoTime;
    /** Until when it may not; the one for all searches together. */
    private Optional<Deadline> deadline = Optional.empty();
    private Optional<Deadline> last = Optional.empty();
    private boolean told;
    private Search.Reason reason = Search.Reason.NONE;

    /**
     * @param othersWrite whether another process holds the run's directory
     * @param inCompany whether there are other members that may be of the run
     * @param givingUp makes the exception of a reason to end: {@link lockstep.common.replica.GivenUp} only where this node holds a whole state, which is saved then
     * @param nanoTime a monotonic clock
     */
    Solitude(Endpoint endpoint, BooleanSupplier othersWrite, BooleanSupplier inCompany, Function<String, RuntimeException> givingUp,
        ClusterListener listener, LongSupplier nanoTime) {
        this.search = new Search(endpoint);
        this.othersWrite = othersWrite;
        this.inCompany = inCompany;
        this.givingUp = givingUp;
        this.endpoint = endpoint;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** It has a place again. */
    void over() {
        deadline = Optional.empty();
        last = Optional.empty();
        told = false;
    }

    /**
     * @param generation that this node was in, where it was in one
     * @throws RuntimeException the given one, when the others live and, after all this time, this node is still not one of them
     */
    boolean mayGoOn(Optional<Generation> generation) {
        boolean wasAlone =
            generation.isPresent() && generation.get().nodes() == 1 && generation.get().leader().equals(endpoint.member().self());
        if (generation.isEmpty() || wasAlone && !othersWrite.getAsBoolean()) {
            return true;
        }
        if (deadline.isPresent() && !deadline.get().passed()) {
            return false;
        }
        boolean searched = deadline.isPresent() && reason == Search.Reason.MAY_BE_CUT_OFF;
        reason = searched ? Search.Reason.NONE : search.reason(generation.get(), inCompany, othersWrite);
        if (reason != Search.Reason.NONE) {
            search();
        }
        return reason == Search.Reason.NONE;
    }

    private void search() {
        if (last.isPresent() && last.get().passed()) {
            throw givingUp.apply("the other nodes live and go on without this one, which has looked for them for " + last.get()
                + ": start it again with --join");
        }
        boolean live = reason == Search.Reason.OTHERS_LIVE;
        if (!live || last.isPresent() && !told) { // who has just left by its own wish lives for another moment: not worth a word
            told = true;
            listener.message("has lost all other nodes: looks for them for "
                + (live
                    ? OTHERS_LIVE_MS + " ms, since they live"
                    : SEARCH_MS + " ms before it goes on alone, since it may itself have been stopped or cut off"));
        }
        last = last.or(() -> Optional.of(Deadline.afterMs(OTHERS_LIVE_MS, nanoTime)));
        deadline = Optional.of(Deadline.afterMs(live ? ASK_ANEW_MS : SEARCH_MS, nanoTime));
    }
}
