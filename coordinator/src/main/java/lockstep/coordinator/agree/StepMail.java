package lockstep.coordinator.agree;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.member.Peer;

/** What came of the step under way: READY of each node where this one leads, COMMIT where it doesn't. Waits have no time of their own: {@link Watch} breaks up a generation in which nobody gets on. */
final class StepMail {
    private final Guard guard;
    private final Standing standing;
    private final Map<UUID, Ready> readies = new LinkedHashMap<>();
    private final Map<UUID, Holding> holdings = new LinkedHashMap<>();
    /** That all of them are of. */
    private Optional<Proposal> generation = Optional.empty();
    private Optional<CommitMessage> commit = Optional.empty();

    StepMail(Guard guard, Standing standing) {
        this.guard = guard;
        this.standing = standing;
    }

    Answer<Boolean> ready(Peer from, Ready ready, Deadline deadline) {
        return guard.read(() -> {
            if (!standing.keepsTo(ready.generation())) {
                return standing.stale("READY", ready.generation());
            }
            guard.change(() -> {
                keepOnly(ready.generation());
                readies.put(from.id(), ready);
            });
            return new Answer.Value<>(true);
        });
    }

    Answer<Boolean> holding(Peer from, Holding holding, Deadline deadline) {
        return guard.read(() -> {
            if (!standing.keepsTo(holding.generation())) {
                return standing.stale("checksums", holding.generation());
            }
            guard.change(() -> {
                keepOnly(holding.generation());
                holdings.put(from.id(), holding);
            });
            return new Answer.Value<>(true);
        });
    }

    private void keepOnly(Proposal of) {
        if (!generation.equals(Optional.of(of))) {
            readies.clear();
            holdings.clear();
            generation = Optional.of(of);
        }
    }

    Answer<Boolean> commit(Peer from, CommitMessage message, Deadline deadline) {
        return guard.read(() -> {
            if (!standing.isLedBy(from, message.generation())) {
                return standing.stale("COMMIT", message.generation());
            }
            guard.change(() -> commit = Optional.of(message));
            return new Answer.Value<>(true);
        });
    }

    /** Waits for the READY of all seats but this node's, the first; returns nothing when the generation breaks up instead. */
    Optional<List<Ready>> awaitReadies(Generation of, int step) {
        guard.await(() -> standing.broken().isPresent() || waitsFor(of, step).isEmpty());
        return guard.read(() -> standing.broken().isPresent() || !waitsFor(of, step).isEmpty()
            ? Optional.empty()
            : Optional.of(others(of).stream().map(peer -> readies.get(peer.id())).toList()));
    }

    /**
     * Waits for what others hold at this node's step; returns nothing when the generation breaks up before all have told. Where they have, it may well have broken up by what follows from a difference.
     */
    Optional<List<Holding>> awaitHoldings(Generation of, int step, List<Peer> others) {
        guard.await(() -> standing.broken().isPresent() || hold(of, step, others));
        return guard.read(() -> hold(of, step, others)
            ? Optional.of(others.stream().map(peer -> holdings.get(peer.id())).toList())
            : Optional.empty());
    }

    private boolean hold(Generation of, int step, List<Peer> others) {
        return generation.equals(Optional.of(of.proposal())) && others.stream().allMatch(peer -> {
            Holding holding = holdings.get(peer.id());
            return holding != null && holding.step() == step;
        });
    }

    private List<Peer> waitsFor(Generation of, int step) {
        return others(of).stream().filter(peer -> {
            Ready ready = readies.get(peer.id());
            return ready == null || !ready.generation().equals(of.proposal()) || ready.step() != step;
        }).toList();
    }

    private static List<Peer> others(Generation of) {
        return of.peers().subList(1, of.nodes());
    }

    /** Waits for the leader's COMMIT, which holds once it is there, be the leader dead by then; returns nothing when the generation breaks up instead. */
    Optional<CommitMessage> awaitCommit(Generation of, int step) {
        guard.await(() -> standing.broken().isPresent() || isOf(of, step));
        return guard.read(() -> isOf(of, step) ? commit : Optional.empty());
    }

    private boolean isOf(Generation of, int step) {
        return commit.isPresent() && commit.get().generation().equals(of.proposal()) && commit.get().commit().step() == step;
    }
}
