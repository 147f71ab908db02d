package lockstep.coordinator.agree;

import java.util.List;

import lockstep.common.config.BatchPlan;
import lockstep.coordinator.exchange.Subtree;

/** Brings the losses of a step's micro-batches together. */
final class Losses {
    private Losses() {}

    /**
     * @param shares by rank
     * @param all by rank
     * @return (M), each from the node that computed it
     */
    static double[] merged(BatchPlan plan, List<List<Subtree>> shares, List<Ready> all) {
        double[] lossesNats = new double[plan.M()];
        for (int rank = 0; rank < shares.size(); rank++) {
            for (Subtree subtree : shares.get(rank)) {
                int from = plan.groupStart(subtree.first());
                int end = plan.groupStart(subtree.end());
                System.arraycopy(all.get(rank).lossesNats(), from, lossesNats, from, end - from);
            }
        }
        return lossesNats;
    }
}
