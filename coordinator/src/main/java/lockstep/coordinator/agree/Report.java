package lockstep.coordinator.agree;

import java.util.Optional;

/**
 * Where a node stands, in answer to a proposal.
 *
 * @param promised the proposal that it keeps to
 * @param step steps done; nothing where it has no state
 * @param readyIn the generation whose averaged gradient of that step it holds, where it holds one
 * @param last the commit that brought it to that step, where it was one
 * @param microBatchMs its pure compute time, the median of late, 0 where never measured
 */
record Report(Proposal promised, Optional<Integer> step, Optional<Proposal> readyIn, Optional<Generation.CatchUp> last,
    double microBatchMs) {
    /** Whether the node has agreed to that proposal. */
    boolean agreesTo(Proposal proposal) {
        return promised.equals(proposal);
    }

    /** As of a node whose state counts for nothing. */
    Report withoutState() {
        return new Report(promised, Optional.empty(), Optional.empty(), Optional.empty(), microBatchMs);
    }

    /** Of a node that refuses: it keeps to another proposal, be it one of the same number. */
    static Report keepsTo(Proposal promised) {
        return new Report(promised, Optional.empty(), Optional.empty(), Optional.empty(), 0);
    }
}
