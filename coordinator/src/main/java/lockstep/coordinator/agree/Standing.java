package lockstep.coordinator.agree;

import java.util.Optional;

import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.member.Members;
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
    private final Members member;
    private final Whereabouts whereabouts;
    private Phase phase = Phase.STARTING;
    private Optional<Proposal> promised = Optional.empty();
    private Optional<Generation> current = Optional.empty();
    /** The next one. */
    private Optional<Generation> installed = Optional.empty();
    private volatile Optional<String> broken = Optional.of("this node has just started");
    private long brokenAtNs = System.nanoTime();
    private long brokenNs;

    Standing(Guard guard, Members member, Whereabouts whereabouts) {
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

    /** Agrees to a larger number than any before. To each number once: of two proposals of one number the other is refused, and whoever made it takes a larger one. */
    Answer<Report> proposed(Peer proposer, long number, Deadline deadline) {
        return guard.read(() -> {
            if (phase != Phase.TRAINING) {
                return notTraining();
            }
            if (number <= promisedNumber()) {
                return new Answer.Value<>(Report.keepsTo(promised.orElseThrow()));
            }
            Proposal proposal = Proposal.of(proposer, number);
            promise(proposal, proposer + " proposes generation " + number);
            return new Answer.Value<>(whereabouts.report(proposal));
        });
    }

    /** Proposes, and keeps to that. */
    Proposal promiseOwn(long atLeast) {
        return guard.read(() -> {
            Proposal proposal = Proposal.of(member.self(), Math.max(promisedNumber(), atLeast) + 1);
            promise(proposal, "this node proposes generation " + proposal);
            return proposal;
        });
    }

    private void promise(Proposal proposal, String why) {
        promised = Optional.of(proposal);
        installed = Optional.empty();
        breakUp(why);
    }

    /** 0 before the first. */
    long promisedNumber() {
        return guard.read(() -> promised.map(Proposal::number).orElse(0L));
    }

    boolean keepsTo(Proposal proposal) {
        return guard.read(() -> promised.equals(Optional.of(proposal)));
    }

    <A> Answer<A> stale(String what, Proposal of) {
        return Answer.no(Failure.Kind.STALE, what + " of generation " + of + ", and this node keeps to " + promisedNumber());
    }

    // ---- generations ----

    Answer<Boolean> install(Peer proposer, Generation generation, Deadline deadline) {
        return guard.read(() -> {
            if (!keepsTo(generation.proposal())) {
                return stale("a place", generation.proposal());
            }
            guard.change(() -> installed = Optional.of(generation));
            return new Answer.Value<>(true);
        });
    }

    /** A generation that was installed doesn't come about: one of its nodes did not take its place, so that this node proposes the next. */
    void withdraw(Proposal proposal) {
        guard.change(() -> installed = installed.filter(next -> !next.proposal().equals(proposal)));
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
    boolean isLedBy(Peer leader, Proposal generation) {
        return guard.read(() -> keepsTo(generation)
            && current.filter(now -> now.proposal().equals(generation) && now.leader().equals(leader)).isPresent());
    }

    /** There is another generation, or this node won't be in any. */
    boolean hasNews() {
        return guard.read(() -> installed.isPresent() || broken.isPresent() && current.isPresent() && phase != Phase.TRAINING);
    }

    /** The generation that this node is in ends as was agreed, and this node goes, or takes part in the next one. */
    Answer<Boolean> part(Peer leader, Parting.Farewell farewell) {
        return guard.read(() -> {
            if (!isLedBy(leader, farewell.generation())) {
                return stale("its end", farewell.generation());
            }
            if (farewell.leaves()) {
                enter(Phase.LEAVING);
            } else {
                breakUp(Updates.NODES_CHANGE);
            }
            return new Answer.Value<>(true);
        });
    }

    /** Waits until the leading node has said what becomes of this one, or the generation breaks up. */
    void awaitParting() {
        guard.await(() -> broken.isPresent() || phase == Phase.LEAVING);
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
    boolean apply(Proposal in, Generation.CatchUp step, Runnable update) {
        return guard.read(() -> {
            if (!keepsTo(in)) {
                return false;
            }
            whereabouts.stateLost(); // until the update is done: where that fails half of it may be
            update.run();
            whereabouts.applied(step);
            return true;
        });
    }
}
