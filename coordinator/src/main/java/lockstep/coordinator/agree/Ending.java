package lockstep.coordinator.agree;

import java.util.Optional;

import lockstep.common.CheckFailed;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.member.Peer;

/** Whether the run is over: for all, or for this node alone. */
final class Ending {
    private final Guard guard;
    private final Standing standing;
    private Optional<End> end = Optional.empty();
    private Optional<String> halted = Optional.empty();

    Ending(Guard guard, Standing standing) {
        this.guard = guard;
        this.standing = standing;
    }

    Answer<Boolean> end(Peer from, End message, Deadline deadline) {
        return guard.read(() -> {
            if (!standing.isLedBy(from, message.generation())) {
                return standing.stale("the end", message.generation());
            }
            guard.change(() -> end = Optional.of(message));
            return new Answer.Value<>(true);
        });
    }

    Answer<Boolean> halt(Peer from, String why, Deadline deadline) {
        guard.change(() -> {
            halted = Optional.of(why);
            standing.breakUp(why);
        });
        return new Answer.Value<>(true);
    }

    /** What the leading node said at the end. */
    Optional<End> end() {
        return guard.read(() -> end);
    }

    /** @throws CheckFailed when the leading node has said that this one can't go on */
    void requireNotHalted() {
        Optional<String> why = guard.read(() -> halted);
        if (why.isPresent()) {
            throw new CheckFailed(why.get());
        }
    }

    /** Waits until something changes that a node without a generation waits for. */
    void awaitNews(Deadline deadline) {
        guard.await(() -> end.isPresent() || standing.hasNews(), deadline);
    }

    /** Waits for the end, or for the end of the generation. */
    void awaitEndOrBreak() {
        guard.await(() -> end.isPresent() || standing.broken().isPresent());
    }
}
