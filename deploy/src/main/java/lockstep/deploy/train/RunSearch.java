package lockstep.deploy.train;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import lockstep.common.UserError;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.member.PeerSearch.Finding;

/**
 * How a node finds the run that it is to join, where its command says nothing of a run that it could begin: it asks again and again, and never begins one. It is a member only while somebody answers, so that whoever
 * comes with a run meanwhile doesn't wait for it.
 */
final class RunSearch {
    private static final Pauses PAUSES = new Pauses(1_000, 5_000);

    private final Supplier<List<Finding>> look;
    private final Consumer<String> says;
    private final BooleanSupplier givesUp;
    private final Pauses pauses;

    /**
     * How long it waits before it asks again.
     *
     * @param againMs after an attempt in vain: starting a member costs a second of a processor
     */
    record Pauses(long pollMs, long againMs) {}

    /**
     * @param look asks where the others may be
     * @param says tells the user
     * @param givesUp whether this process is to end
     */
    RunSearch(Supplier<List<Finding>> look, Consumer<String> says, BooleanSupplier givesUp) {
        this(look, says, givesUp, PAUSES);
    }

    RunSearch(Supplier<List<Finding>> look, Consumer<String> says, BooleanSupplier givesUp, Pauses pauses) {
        this.look = look;
        this.says = new SaidOnce(says);
        this.givesUp = givesUp;
        this.pauses = pauses;
    }

    /**
     * A try to become a member and to ask for the run.
     *
     * @param <N> what comes of it
     */
    @FunctionalInterface
    interface Attempt<N> {
        /** Whatever has no run is closed again. */
        Optional<N> join();
    }

    /** @throws UserError when the time is over, or this process is to end */
    <N> N find(Attempt<N> attempt, long patienceMs) {
        Deadline patience = Deadline.afterMs(patienceMs);
        while (true) {
            List<Finding> findings = look.get();
            say(findings);
            boolean answered = findings.stream().anyMatch(Finding::answers);
            if (answered) {
                Optional<N> found = attempt.join();
                if (found.isPresent()) {
                    return found.get();
                }
                says.accept("of those that answer none trains a run for this node: another cluster's secret, or no node of Lockstep");
            }
            if (givesUp.getAsBoolean()) {
                throw new UserError("asked to end before a run was found to join");
            }
            if (patience.passed()) {
                throw new UserError("--join: asked for " + patienceMs / 1000 + " s, and found no run: " + text(findings)
                    + ". A node that is to begin a run needs an option that describes it, as --text, --data, --model or --steps");
            }
            pause(answered ? pauses.againMs() : pauses.pollMs());
        }
    }

    private void say(List<Finding> findings) {
        List<Finding> silent = findings.stream().filter(finding -> !finding.answers()).toList();
        if (!silent.isEmpty()) {
            says.accept("--join: " + text(silent));
        }
    }

    static String text(List<Finding> findings) {
        return findings.isEmpty() ? "no other node is named" : findings.stream().map(Finding::text).collect(Collectors.joining("; "));
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while looking for a run to join", e);
        }
    }
}
