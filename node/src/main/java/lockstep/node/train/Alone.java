package lockstep.node.train;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import lockstep.common.model.FinalRanges;
import lockstep.common.replica.Agreement;
import lockstep.common.replica.MeanLoss;
import lockstep.common.replica.Membership;
import lockstep.common.replica.Replica;

/** One node, which agrees with itself: it sums all groups, and what it finds is what is committed. */
public final class Alone implements Agreement {
    /** Its name, where many have addresses. */
    public static final String NODE = "node-1";

    private final StopFlag stop;
    private final BooleanSupplier interrupted;

    /** @param stop ends the run at once: a step under way is abandoned */
    public Alone(StopFlag stop) {
        this.stop = stop;
        this.interrupted = stop::raised;
    }

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public void follow(Replica replica, Consumer<Membership> listener) {
        List<Integer> groups = IntStream.range(0, replica.batch().G()).boxed().toList();
        listener.accept(
            new Membership(1, replica.step(), true, Optional.empty(), 0, List.of(new Membership.Node(NODE, false, groups))));
    }

    /** There is nobody to compare with. */
    @Override
    public Result compare(Replica replica) {
        return Result.DONE;
    }

    @Override
    public Result step(Replica replica) {
        if (stop.raised()) {
            return Result.STOPPED;
        }
        replica.begin();
        if (!replica.sum(0, replica.batch().treeLevels(), 0, interrupted, FinalRanges.UNHEARD)) {
            return Result.STOPPED;
        }
        replica.commit(replica.step(), MeanLoss.of(replica.lossesNats()), replica.average(), replica.bestValLossNats());
        return Result.DONE;
    }

    @Override
    public boolean awaitEnd(Replica replica) {
        return false;
    }
}
