package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;

import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.member.Member;
import lockstep.coordinator.member.Peer;

/**
 * Which proposal this node keeps to, and which generation it is in. A node that has agreed to a proposal commits nothing of an older generation any more: {@link #promise} and {@link #apply} are under one lock.
 */
final class Standing {
    /** What the training loop is about. */
    enum Phase {
        /** Not there yet: the model, the data, or the run itself. */
        STARTING, TRAINING,
        /** On its way out, or out. */
        LEAVING
    }

    private final Guard guard;
    private final Member member;
    private final Whereabouts whereabouts;
    private Phase phase = Phase.STARTING;
    private long promised;
    private Optional<Peer> promisedTo = Optional.empty();
    private Optional<Generation> current = Optional.empty();
    /** The next one. */
    private Optional<Generation> installed = Optional.empty();
    private volatile Optional<String> broken = Optional.of("this node has just started");
    private long brokenAtNs = System.nanoTime();
    private long brokenNs;

    Standing(Guard guard, Member member, Whereabouts whereabouts) {
        this.guard = guard;
        this.member = member;
        this.whereabouts = whereabouts;
    }

    Phase phase() {
        return guard.read(() -> phase);
    }

    void enter(Phase next) {
        guard.change(() -> phase = next);
    }

    <A> Answer<A> notTraining() {
        return Answer.no(Failure.Kind.NOT_READY, phase() == Phase.STARTING ? "this node is still starting" : "this node is leaving");
    }

    // ---- proposals ----

    Answer<Report> proposed(Peer proposer, long number, Deadline deadline) {
        return guard.read(() -> {
            if (phase != Phase.TRAINING) {
                return notTraining();
            }
            boolean tie = number == promised && promisedTo.isPresent() && isOlder(proposer, promisedTo.get());
            if (number > promised || tie) {
                promise(proposer, number, proposer + " proposes generation " + number);
                return new Answer.Value<>(whereabouts.report(promised));
            }
            return new Answer.Value<>(Report.keepsTo(promised));
        });
    }

    /** Proposes, and keeps to that, unless something larger came first. */
    long promiseOwn(long atLeast) {
        return guard.read(() -> {
            long number = Math.max(promised, atLeast) + 1;
            promise(member.self(), number, "this node proposes generation " + number);
            return number;
        });
    }

    private void promise(Peer proposer, long number, String why) {
        promised = number;
        promisedTo = Optional.of(proposer);
        installed = Optional.empty();
        breakUp(why);
    }

    private boolean isOlder(Peer one, Peer other) {
        List<Peer> members = member.peers();
        return members.contains(one) && (!members.contains(other) || members.indexOf(one) < members.indexOf(other));
    }

    long promised() {
        return guard.read(() -> promised);
    }

    boolean keepsTo(Peer proposer, long number) {
        return guard.read(() -> promised == number && promisedTo.equals(Optional.of(proposer)));
    }

    // ---- generations ----

    Answer<Boolean> install(Peer proposer, Generation generation, Deadline deadline) {
        return guard.read(() -> {
            if (!keepsTo(proposer, generation.number())) {
                return Answer.no(Failure.Kind.STALE, "this node keeps to proposal " + promised);
            }
            guard.change(() -> installed = Optional.of(generation));
            return new Answer.Value<>(true);
        });
    }

    /** Makes a generation that was installed the current one. */
    Optional<Generation> adopt() {
        return guard.read(() -> {
            Optional<Generation> next = installed;
            next.ifPresent(this::begin);
            return next;
        });
    }

    private void begin(Generation next) {
        installed = Optional.empty();
        current = Optional.of(next);
        broken = Optional.empty();
        brokenNs = System.nanoTime() - brokenAtNs;
        for (Peer peer : next.peers()) {
            if (!member.has(peer.id())) {
                breakUp(peer + " has left"); // before the generation was known here
            }
        }
    }

    Optional<Generation> current() {
        return guard.read(() -> current);
    }

    /** The next one where there is one, else the current one. */
    Optional<Generation> newest() {
        return guard.read(() -> installed.or(() -> current));
    }

    /** Whether a generation is the one that this node is in and keeps to, and that node leads it. */
    boolean isLedBy(Peer leader, long generation) {
        return guard.read(() -> promised == generation
            && current.filter(now -> now.number() == generation && now.leader().equals(leader)).isPresent());
    }

    /** There is another generation, or this node won't be in any. */
    boolean hasNews() {
        return guard.read(() -> installed.isPresent() || broken.isPresent() && current.isPresent() && phase != Phase.TRAINING);
    }

    /** The generation can't go on, or ends as was agreed; the first reason stays. */
    void breakUp(String why) {
        guard.change(() -> {
            if (broken.isEmpty()) {
                broken = Optional.of(why);
                brokenAtNs = System.nanoTime();
            }
        });
    }

    /** Why the generation doesn't go on, where it doesn't. Costs a read of a field. */
    Optional<String> broken() {
        return broken;
    }

    /** From when this node knew that the generation before can't go on to when the current one began. */
    long brokenNs() {
        return guard.read(() -> brokenNs);
    }

    void memberLeft(Peer peer) {
        guard.change(() -> {
            if (current.or(() -> installed).flatMap(generation -> generation.rankOf(peer.id())).isPresent()) {
                breakUp(peer + " has left");
            }
        });
    }

    /** Who waits looks again who is there. */
    void memberJoined() {
        guard.change(() -> {});
    }

    /**
     * Updates the state, unless this node has meanwhile agreed to another generation.
     *
     * @param in the generation that this is about: where the step was committed, or one that catches up with it
     * @return whether it did
     */
    boolean apply(long in, Generation.CatchUp step, Runnable update) {
        return guard.read(() -> {
            if (promised != in) {
                return false;
            }
            whereabouts.stateLost(); // until the update is done: where that fails half of it may be
            update.run();
            whereabouts.applied(step);
            return true;
        });
    }
}
