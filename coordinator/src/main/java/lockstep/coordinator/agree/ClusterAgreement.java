package lockstep.coordinator.agree;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import lockstep.common.CheckFailed;
import lockstep.common.UserError;
import lockstep.common.replica.Agreement;
import lockstep.common.replica.GivenUp;
import lockstep.common.replica.Membership;
import lockstep.common.replica.Replica;
import lockstep.coordinator.member.Member;

/** The run among many nodes, on the thread of the training loop: a place in a generation, then steps in it until it breaks up, and the end. */
final class ClusterAgreement implements Agreement {
    private final Member member;
    private final NodeState node;
    private final Places places;
    private final StateKeeper keeper;
    private final Steps steps;
    private Consumer<Membership> members = _ -> {};
    private boolean leading;

    /** What happens between two steps, and how one is done in a generation of one node, and of more. */
    record Steps(Comparison comparison, LoneStep lone, SharedStep shared) {}

    ClusterAgreement(Member member, NodeState node, Places places, StateKeeper keeper, Steps steps) {
        this.member = member;
        this.node = node;
        this.places = places;
        this.keeper = keeper;
        this.steps = steps;
    }

    @Override
    public boolean leads() {
        return leading;
    }

    @Override
    public void follow(Replica replica, Consumer<Membership> listener) {
        members = listener;
    }

    @Override
    public Result compare(Replica replica) {
        return saving(() -> compared(replica));
    }

    /** A defect of ours, or of what we stand on, costs the run no state that this node holds. */
    private <T> T saving(Supplier<T> action) {
        try {
            return action.get();
        } catch (UserError | CheckFailed | GivenUp e) {
            throw e;
        } catch (RuntimeException e) {
            throw node.standing().current().isPresent() && node.whereabouts().step().isPresent() ? new GivenUp(e.toString(), e) : e;
        }
    }

    private Result compared(Replica replica) {
        begin(replica);
        node.ending().requireNotHalted();
        Optional<Generation> generation = workable();
        if (generation.isEmpty()) {
            return formed(replica) ? Result.AGAIN : Result.STOPPED;
        }
        return steps.comparison().goOn(replica, generation.get()) ? Result.DONE : Result.AGAIN;
    }

    @Override
    public Result step(Replica replica) {
        return saving(() -> stepped(replica));
    }

    private Result stepped(Replica replica) {
        begin(replica);
        node.ending().requireNotHalted();
        Optional<Generation> generation = workable();
        if (generation.isEmpty()) {
            return formed(replica) ? Result.AGAIN : Result.STOPPED;
        }
        if (generation.get().stops(replica.step())) {
            return Result.STOPPED;
        }
        if (generation.get().nodes() == 1) {
            return steps.lone().step(replica, generation.get());
        }
        Optional<Integer> rank = generation.get().rankOf(member.self().id());
        if (rank.isEmpty()) {
            node.standing().breakUp("this node is known by another id now");
            return Result.AGAIN;
        }
        return steps.shared().step(replica, generation.get(), rank.get());
    }

    private void begin(Replica replica) {
        if (node.standing().phase() == Standing.Phase.STARTING) {
            keeper.keep(replica);
            node.standing().enter(Standing.Phase.TRAINING);
        }
    }

    /** The generation that this node is in, where that has not broken up. */
    private Optional<Generation> workable() {
        return node.standing().current().filter(_ -> node.standing().broken().isEmpty());
    }

    /** Waits for a generation; false when the run has ended meanwhile, or this node is to leave. */
    private boolean formed(Replica replica) {
        Optional<String> why = node.standing().current().flatMap(_ -> node.standing().broken());
        Optional<Generation> formed = places.await();
        if (formed.isEmpty()) {
            return false;
        }
        Generation generation = formed.get();
        leading = generation.leader().equals(member.self());
        members.accept(new Membership(generation.number(), generation.step(), leading, why, node.standing().brokenNs(),
            StatusBoard.members(generation, replica.batch())));
        keeper.catchUp(replica, generation);
        if (steps.comparison().begin(replica, generation)) {
            keeper.bringTo(replica, generation);
        }
        return true;
    }

    @Override
    public boolean awaitEnd(Replica replica) {
        return saving(() -> ended(replica));
    }

    private boolean ended(Replica replica) {
        begin(replica);
        while (node.ending().end().isEmpty()) {
            Optional<Generation> generation = workable();
            if (generation.isEmpty()) {
                return !formed(replica);
            }
            node.ending().awaitEndOrBreak();
        }
        return true;
    }
}
