package lockstep.coordinator.call;

import java.util.Optional;
import java.util.function.Supplier;

import lockstep.coordinator.member.Peer;

/**
 * Ends the wait for an answer when its peer has become silent, and not before. What a peer is busy with may take any time, the update of a large model on a slow machine or a hash of its state; but a process that runs answers
 * at least a question that needs nothing of the training.
 */
final class SignsOfLife implements Supplier<Optional<String>> {
    /** So much more than a handler takes that has nothing to wait for. */
    private static final long QUIET_MS = 5_000;
    private static final long ANSWER_MS = 2_000;

    private final Supplier<Reply<Boolean>> question;
    private final long quietMs;
    private Deadline quiet;

    SignsOfLife(Endpoint endpoint, Peer peer) {
        this(() -> endpoint.ask(peer, Pulse.PING, true, Deadline.afterMs(ANSWER_MS)), QUIET_MS);
    }

    /**
     * @param question asks the peer
     * @param quietMs after which it is asked, again and again
     */
    SignsOfLife(Supplier<Reply<Boolean>> question, long quietMs) {
        this.question = question;
        this.quietMs = quietMs;
        this.quiet = Deadline.afterMs(quietMs);
    }

    @Override
    public Optional<String> get() {
        if (!quiet.passed()) {
            return Optional.empty();
        }
        if (question.get() instanceof Reply.Failed<Boolean>(Failure failure)) {
            return Optional.of("it gives no sign of life: " + failure.text());
        }
        quiet = Deadline.afterMs(quietMs);
        return Optional.empty();
    }
}
