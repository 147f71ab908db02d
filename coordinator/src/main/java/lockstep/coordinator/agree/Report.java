package lockstep.coordinator.agree;

import java.util.Optional;

/**
 * Where a node stands, in answer to a proposal.
 *
 * @param promised the proposal that it keeps to: this one where it agreed
 * @param step steps done; nothing where it has no state
 * @param readyIn the generation whose averaged gradient of that step it holds, 0 for none
 * @param last the commit that brought it to that step, where it was one
 * @param microBatchMs its pure compute time, the median of late, 0 where never measured
 */
record Report(long promised, Optional<Integer> step, long readyIn, Optional<Generation.CatchUp> last, double microBatchMs) {
    /** As of a node whose state counts for nothing. */
    Report withoutState() {
        return new Report(promised, Optional.empty(), 0, Optional.empty(), microBatchMs);
    }

    static Report keepsTo(long promised) {
        return new Report(promised, Optional.empty(), 0, Optional.empty(), 0);
    }
}
