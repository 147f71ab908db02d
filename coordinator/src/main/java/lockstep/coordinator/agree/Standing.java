package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.exchange.Subtree;
import lockstep.coordinator.member.Member;
import lockstep.coordinator.member.Peer;

/**
 * Where this node stands, between the thread of the training loop, which acts, and the handlers of requests, which note what came. A node that has agreed to a proposal commits nothing of an older generation any more:
 * both are done under one lock.
 */
final class Standing {
    /** What the training loop is about. */
    enum Phase {
        /** Not there yet: the model, the data, or the run itself. */
        STARTING, TRAINING,
        /** On its way out, or out. */
        LEAVING
    }

    private final Member member;
    private final String identity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Phase phase = Phase.STARTING;
    // the proposal that this node keeps to
    private long promised;
    private Optional<Peer> promisedTo = Optional.empty();
    // the generation that it is in, and the next one
    private Optional<Generation> current = Optional.empty();
    private Optional<Generation> installed = Optional.empty();
    private volatile Optional<String> broken = Optional.of("this node has just started");
    // its state
    private Optional<Integer> step = Optional.empty();
    private long readyIn;
    private Optional<Generation.CatchUp> last = Optional.empty();
    private double microBatchMs;
    private final StepTimes times = new StepTimes();
    // what came
    private final Map<UUID, Ready> readies = new LinkedHashMap<>();
    private final Map<UUID, Peer> joiners = new LinkedHashMap<>();
    private Optional<CommitMessage> commit = Optional.empty();
    private Optional<End> end = Optional.empty();
    private Optional<String> halted = Optional.empty();
    /** Nodes whose state is not what the majority holds. */
    private final Map<UUID, Peer> suspects = new LinkedHashMap<>();

    Standing(Member member, String identity) {
        this.member = member;
        this.identity = identity;
    }

    // ---- handlers ----

    Answer<Report> proposed(Peer proposer, long number, Deadline deadline) {
        return locked(() -> {
            if (phase != Phase.TRAINING) {
                return notTraining();
            }
            boolean tie = number == promised && promisedTo.isPresent() && isOlder(proposer, promisedTo.get());
            if (number > promised || tie) {
                promise(proposer, number, proposer + " proposes generation " + number);
                return new Answer.Value<>(report());
            }
            return new Answer.Value<>(Report.keepsTo(promised));
        });
    }

    Answer<Boolean> install(Peer proposer, Generation generation, Deadline deadline) {
        return locked(() -> {
            if (!keepsTo(proposer, generation.number())) {
                return Answer.no(Failure.Kind.STALE, "this node keeps to proposal " + promised);
            }
            installed = Optional.of(generation);
            changed.signalAll();
            return new Answer.Value<>(true);
        });
    }

    Answer<Boolean> ready(Peer from, Ready ready, Deadline deadline) {
        return locked(() -> {
            if (promised != ready.generation()) {
                return Answer.no(Failure.Kind.STALE, "READY of generation " + ready.generation() + ", and this node keeps to " + promised);
            }
            readies.put(from.id(), ready);
            changed.signalAll();
            return new Answer.Value<>(true);
        });
    }

    Answer<Boolean> commit(Peer from, CommitMessage message, Deadline deadline) {
        return locked(() -> {
            boolean mine = current.isPresent() && current.get().number() == message.generation() && promised == message.generation();
            if (!mine || !current.get().leader().equals(from)) {
                return Answer.no(Failure.Kind.STALE,
                    "COMMIT of generation " + message.generation() + ", and this node keeps to " + promised);
            }
            commit = Optional.of(message);
            changed.signalAll();
            return new Answer.Value<>(true);
        });
    }

    /** A node asks for a place. One of this generation that does so can't go on in it. */
    Answer<String> join(Peer from, JoinRequest request, Deadline deadline) {
        return locked(() -> {
            if (phase != Phase.TRAINING) {
                return notTraining();
            }
            if (!request.identity().equals(identity)) {
                return new Answer.Value<>("its configuration or data are not the run's");
            }
            Optional<Generation> newest = installed.or(() -> current);
            boolean seated = newest.isPresent() && newest.get().rankOf(from.id()).isPresent();
            if (seated && broken.isEmpty() && request.generation() < newest.get().number()) {
                return new Answer.Value<>(""); // it asked before it knew of its place
            }
            joiners.put(from.id(), from);
            if (seated && request.generation() == newest.get().number()) {
                breakUpLocked(from + " can't go on in generation " + request.generation() + ": " + request.why());
            }
            changed.signalAll();
            return new Answer.Value<>("");
        });
    }

    Answer<Boolean> end(Peer from, End message, Deadline deadline) {
        return locked(() -> {
            if (message.generation() < promised) {
                return Answer.no(Failure.Kind.STALE,
                    "the end of generation " + message.generation() + ", and this node keeps to " + promised);
            }
            end = Optional.of(message);
            changed.signalAll();
            return new Answer.Value<>(true);
        });
    }

    Answer<Boolean> halt(Peer from, String why, Deadline deadline) {
        return locked(() -> {
            halted = Optional.of(why);
            breakUpLocked(why);
            return new Answer.Value<>(true);
        });
    }

    void memberLeft(Peer peer) {
        locked(() -> {
            joiners.remove(peer.id());
            if (current.or(() -> installed).flatMap(generation -> generation.rankOf(peer.id())).isPresent()) {
                breakUpLocked(peer + " has left");
            }
            changed.signalAll();
            return true;
        });
    }

    void memberJoined() {
        locked(() -> {
            changed.signalAll();
            return true;
        });
    }

    // ---- the training loop ----

    /** This node has a place in the run from now on. */
    void enter(Phase next) {
        locked(() -> {
            phase = next;
            changed.signalAll();
            return true;
        });
    }

    /** @throws UserError when the leading node has said that this one can't go on */
    void requireNotHalted() {
        Optional<String> why = locked(() -> halted);
        if (why.isPresent()) {
            throw new UserError(why.get());
        }
    }

    void suspect(Peer peer) {
        locked(() -> {
            suspects.put(peer.id(), peer);
            return true;
        });
    }

    /** Those that have to take the state anew; asked once for each time. */
    List<Peer> takeSuspects() {
        return locked(() -> {
            List<Peer> those = new ArrayList<>(suspects.values());
            suspects.clear();
            return those;
        });
    }

    Phase phase() {
        return locked(() -> phase);
    }

    /** The generation can't go on; the first reason stays. */
    void breakUp(String why) {
        locked(() -> {
            breakUpLocked(why);
            return true;
        });
    }

    /** Why the generation can't go on, where it can't. Costs a read of a field. */
    Optional<String> broken() {
        return broken;
    }

    Optional<Generation> current() {
        return locked(() -> current);
    }

    /** The generation was ended by a COMMIT. */
    void dissolve(String why) {
        breakUp(why);
    }

    /** Proposes, and keeps to that, unless something larger came first. */
    long promiseOwn(long atLeast) {
        return locked(() -> {
            long number = Math.max(promised, atLeast) + 1;
            promise(member.self(), number, "this node proposes generation " + number);
            return number;
        });
    }

    boolean keepsToOwn(long number) {
        return locked(() -> keepsTo(member.self(), number));
    }

    Report ownReport() {
        return locked(this::report);
    }

    /** Nodes that asked for a place and are still members. */
    List<Peer> joiners() {
        return locked(() -> {
            List<Peer> members = member.peers();
            joiners.values().removeIf(peer -> !members.contains(peer));
            return new ArrayList<>(joiners.values());
        });
    }

    /** Makes a generation that was installed the current one. */
    Optional<Generation> adopt() {
        return locked(() -> {
            if (installed.isEmpty()) {
                return Optional.<Generation>empty();
            }
            Generation next = installed.get();
            installed = Optional.empty();
            current = Optional.of(next);
            times.forget();
            commit = Optional.empty();
            broken = Optional.empty();
            next.seats().forEach(seat -> joiners.remove(seat.peer().id()));
            for (Peer peer : next.peers()) {
                if (!member.has(peer.id())) {
                    breakUpLocked(peer + " has left"); // before the generation was known here
                }
            }
            return Optional.of(next);
        });
    }

    /** The state is that of a step, and no averaged gradient is held. */
    void stateAt(int newStep) {
        locked(() -> {
            step = Optional.of(newStep);
            readyIn = 0;
            return true;
        });
    }

    void stateLost() {
        locked(() -> {
            step = Optional.empty();
            readyIn = 0;
            last = Optional.empty();
            return true;
        });
    }

    void holdsGradient(long generation, double newMicroBatchMs) {
        locked(() -> {
            readyIn = generation;
            if (newMicroBatchMs > 0) {
                microBatchMs = newMicroBatchMs;
            }
            return true;
        });
    }

    void noGradient() {
        locked(() -> {
            readyIn = 0;
            return true;
        });
    }

    /**
     * Updates the state, unless this node has meanwhile agreed to another generation.
     *
     * @param in the generation that this is about: where the step was committed, or one that catches up with it
     * @return whether it did
     */
    boolean apply(long in, Generation.CatchUp step, Runnable update) {
        return locked(() -> {
            if (promised != in) {
                return false;
            }
            readyIn = 0;
            update.run();
            this.step = Optional.of(step.commit().step() + 1);
            last = Optional.of(step);
            return true;
        });
    }

    /** For {@link #status}: what the step that was just committed took each rank for a micro-batch. */
    void committed(List<Double> byRank) {
        locked(() -> {
            times.committed(System.nanoTime(), byRank);
            return true;
        });
    }

    /** What there is to tell people, at any time and from any thread. */
    RunStatus status(BatchPlan batch) {
        return locked(() -> {
            Optional<Generation> of = current;
            long number = of.map(Generation::number).orElse(0L);
            return new RunStatus(number, step.orElse(0), times.stepMs(), broken, of.map(one -> nodes(one, batch)).orElse(List.of()));
        });
    }

    private List<RunStatus.Node> nodes(Generation generation, BatchPlan batch) {
        int at = step.orElse(generation.step());
        List<List<Subtree>> shares = generation.shares(batch, at);
        List<RunStatus.Node> nodes = new ArrayList<>();
        for (int rank = 0; rank < generation.nodes(); rank++) {
            Seat seat = generation.seats().get(rank);
            List<Integer> groups = shares.get(rank).stream().flatMap(tree -> IntStream.range(tree.first(), tree.end()).boxed()).toList();
            int microBatches = groups.stream().mapToInt(g -> batch.groupEnd(g) - batch.groupStart(g)).sum();
            nodes.add(new RunStatus.Node(seat.peer().address(), seat.fetches() && at == generation.step(),
                times.microBatchMs(rank) * microBatches, groups));
        }
        return nodes;
    }

    /** Waits for the READY of all seats but this node's; returns nothing when the generation breaks up first. */
    Optional<List<Ready>> awaitReadies(Generation generation, int ofStep, Deadline deadline) {
        boolean all = await(() -> broken.isPresent() || waitsFor(generation, ofStep).isEmpty(), deadline);
        return locked(() -> {
            if (!all) {
                breakUpLocked("no READY for step " + (ofStep + 1) + " within " + deadline + " from " + waitsFor(generation, ofStep));
            }
            if (broken.isPresent()) {
                return Optional.empty();
            }
            List<Ready> those = new ArrayList<>();
            for (Peer peer : generation.peers().subList(1, generation.nodes())) {
                those.add(readies.get(peer.id()));
            }
            return Optional.of(those);
        });
    }

    private List<Peer> waitsFor(Generation generation, int ofStep) {
        return generation.peers().subList(1, generation.nodes()).stream().filter(peer -> {
            Ready ready = readies.get(peer.id());
            return ready == null || ready.generation() != generation.number() || ready.step() != ofStep;
        }).toList();
    }

    Optional<CommitMessage> awaitCommit(Generation generation, int ofStep, Deadline deadline) {
        boolean came = await(() -> broken.isPresent() || commit.isPresent() && commit.get().commit().step() == ofStep, deadline);
        return locked(() -> {
            if (!came) {
                breakUpLocked("no COMMIT for step " + (ofStep + 1) + " within " + deadline + " from " + generation.leader());
            }
            return broken.isPresent() ? Optional.empty() : commit;
        });
    }

    Optional<End> end() {
        return locked(() -> end);
    }

    /** Waits until something changes that a node without a generation, or at the run's end, waits for. */
    boolean awaitNews(Deadline deadline) {
        return await(() -> installed.isPresent() || end.isPresent() || broken.isPresent() && current.isPresent() && phase != Phase.TRAINING,
            deadline);
    }

    /** Waits for the end, or for the end of the generation. */
    boolean awaitEndOrBreak(Deadline deadline) {
        return await(() -> end.isPresent() || broken.isPresent(), deadline);
    }

    // ---- under the lock ----

    private <A> Answer<A> notTraining() {
        return Answer.no(Failure.Kind.NOT_READY, phase == Phase.STARTING ? "this node is still starting" : "this node is leaving");
    }

    private void promise(Peer proposer, long number, String why) {
        promised = number;
        promisedTo = Optional.of(proposer);
        installed = Optional.empty();
        readies.clear();
        commit = Optional.empty();
        breakUpLocked(why);
    }

    private boolean keepsTo(Peer proposer, long number) {
        return promised == number && promisedTo.isPresent() && promisedTo.get().equals(proposer);
    }

    private boolean isOlder(Peer one, Peer other) {
        List<Peer> members = member.peers();
        return members.contains(one) && (!members.contains(other) || members.indexOf(one) < members.indexOf(other));
    }

    private void breakUpLocked(String why) {
        if (broken.isEmpty()) {
            broken = Optional.of(why);
        }
        changed.signalAll();
    }

    private Report report() {
        return new Report(promised, step, readyIn, last, microBatchMs);
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Supplier<Boolean> state, Deadline deadline) {
        lock.lock();
        try {
            while (!state.get()) {
                long ns = deadline.remainingNs();
                if (ns == 0) {
                    return false;
                }
                changed.await(ns, TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
