package lockstep.coordinator.agree;

import java.util.Optional;

import lockstep.common.replica.Agreement.Result;
import lockstep.common.replica.Replica;
import lockstep.common.timing.Phase;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.Reply;

/** The end of a step on a node that doesn't lead: READY, then the leader's COMMIT. */
final class FollowersPart {
    private final StepTools tools;

    FollowersPart(StepTools tools) {
        this.tools = tools;
    }

    Result conclude(Replica replica, Generation generation, Ready ready) {
        tools.timer().begin(Phase.COMMIT_WAIT);
        Reply<Boolean> noted = StepTools.note(tools.endpoint(), generation.leader(), Messages.READY, ready);
        tools.failPoints().pass("after-ready");
        if (noted instanceof Reply.Failed<Boolean>(Failure failure)) {
            tools.node().standing().breakUp(failure.toString());
            return Result.AGAIN;
        }
        Optional<CommitMessage> message = tools.node().mail().awaitCommit(generation, ready.step());
        tools.timer().end(Phase.COMMIT_WAIT);
        return message.map(commit -> tools.updates().apply(replica, commit)).orElse(Result.AGAIN);
    }
}
