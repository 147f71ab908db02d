package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

import lockstep.common.UserError;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.PatientCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/**
 * The oldest node's part in forming a generation: it proposes, hears where everybody stands, decides, and installs. Who is in an update answers after that; who gives no sign of life isn't in the generation, and asks for a place
 * when it can.
 */
final class Formation {
    private final Endpoint endpoint;
    private final NodeState node;
    private final Standing standing;
    private final StateKeeper keeper;
    private final Suspects suspects;
    private final ClusterListener listener;

    Formation(Endpoint endpoint, NodeState node, StateKeeper keeper, Suspects suspects, ClusterListener listener) {
        this.endpoint = endpoint;
        this.node = node;
        this.standing = node.standing();
        this.keeper = keeper;
        this.suspects = suspects;
        this.listener = listener;
    }

    /**
     * Tries once. Whether it came about shows in {@link Standing#adopt}.
     *
     * @param alone whether this node may go on where nobody else answers
     * @return what it waits for, empty where it need not wait
     * @throws UserError when this node has had no place yet, and must not train by itself
     */
    String attempt(BooleanSupplier alone) {
        Proposal own = standing.promiseOwn(standing.current().map(Generation::number).orElse(0L));
        Map<Peer, Report> reports = new LinkedHashMap<>();
        reports.put(endpoint.member().self(), node.whereabouts().report(own));
        List<String> notReady = new ArrayList<>();
        Optional<Proposal> other = collect(reports, own, notReady);
        if (other.isPresent()) {
            standing.promiseOwn(other.get().number());
            return ""; // and again, above it
        }
        if (reports.size() == 1 && !alone.getAsBoolean()) {
            return "";
        }
        suspects.all().forEach(suspect -> doubt(suspect, reports));
        boolean first = standing.current().isEmpty();
        boolean stateless = reports.values().stream().allMatch(report -> report.step().isEmpty());
        Optional<String> refusal = first && (stateless || reports.size() == 1) ? keeper.refusal() : Optional.empty();
        if (first && !notReady.isEmpty() && (stateless || refusal.isPresent())) {
            // who is just starting may be the one that brings the run, and who is leaving will soon be gone
            return String.join(", ", notReady) + " to be ready";
        }
        if (refusal.isPresent()) {
            throw new UserError(refusal.get());
        }
        decide(own, reports).filter(_ -> standing.keepsTo(own)).ifPresent(this::install);
        return "";
    }

    private void doubt(Peer suspect, Map<Peer, Report> reports) {
        Report report = reports.get(suspect);
        if (report != null && report.step().isEmpty()) {
            suspects.absolve(suspect);
        } else if (report != null) {
            reports.put(suspect, report.withoutState());
        }
    }

    /**
     * Asks all who may take part.
     *
     * @param notReady gets the addresses of those that are starting or leaving
     * @return the largest other proposal that anybody keeps to, where somebody does
     */
    private Optional<Proposal> collect(Map<Peer, Report> reports, Proposal own, List<String> notReady) {
        Map<Peer, PatientCall<Report>> calls = new LinkedHashMap<>();
        for (Peer peer : candidates()) {
            calls.put(peer, endpoint.callPatiently(peer, Messages.PROPOSE, own.number()));
        }
        Optional<Proposal> other = Optional.empty();
        for (Map.Entry<Peer, PatientCall<Report>> call : calls.entrySet()) {
            switch (call.getValue().await()) {
                case Reply.Answered<Report>(Report report) when report.agreesTo(own) -> reports.put(call.getKey(), report);
                case Reply.Answered<Report>(Report report) -> other =
                    other.filter(one -> one.number() >= report.promised().number()).or(() -> Optional.of(report.promised()));
                case Reply.Failed<Report>(Failure failure) when failure.kind() == Failure.Kind.NOT_READY ->
                    notReady.add(call.getKey().address());
                case Reply.Failed<Report>(Failure failure) -> absent(call.getKey(), failure);
            }
        }
        return other;
    }

    private void absent(Peer peer, Failure failure) {
        if (failure.kind() != Failure.Kind.PEER_LEFT) {
            listener.message(peer.address() + " is not in the next generation: " + failure);
        }
    }

    /** Members of the last generation and those that asked for a place, oldest first. Who was in none yet asks all: the others may be in one. */
    private List<Peer> candidates() {
        Set<Peer> wanted = new LinkedHashSet<>(standing.current().isPresent() ? node.joiners().present() : endpoint.member().peers());
        standing.current().ifPresent(generation -> wanted.addAll(generation.peers()));
        wanted.remove(endpoint.member().self());
        return endpoint.member().peers().stream().filter(wanted::contains).toList();
    }

    /** The generation that follows from the reports; nothing where nobody has a state. */
    private Optional<Generation> decide(Proposal own, Map<Peer, Report> reports) {
        Optional<Integer> highest = reports.values().stream().flatMap(report -> report.step().stream()).max(Integer::compare);
        if (highest.isEmpty()) {
            listener.message("nobody here has the state of the run: this node makes it anew, from the newest checkpoint or from the start");
            keeper.makeOwn();
            suspects.absolve(endpoint.member().self());
            return Optional.empty(); // and again, with that
        }
        int step = highest.get();
        Optional<Generation.CatchUp> catchUp = reports.values().stream().filter(report -> report.step().equals(highest))
            .flatMap(report -> report.last().stream()).filter(last -> last.commit().step() == step - 1).findFirst();
        List<Seat> seats = new ArrayList<>();
        for (Peer peer : endpoint.member().peers()) {
            Report report = reports.get(peer);
            if (report != null) {
                seats.add(new Seat(peer, !stands(report, step) && !catchesUp(report, step, catchUp), report.microBatchMs()));
            }
        }
        boolean complete = seats.size() == reports.size();
        return complete ? Optional.of(new Generation(own, step, seats, catchUp)) : Optional.empty();
    }

    private static boolean stands(Report report, int step) {
        return report.step().equals(Optional.of(step));
    }

    /** One step behind, with that step's averaged gradient from the generation that committed it: the update is all that is missing. */
    private static boolean catchesUp(Report report, int step, Optional<Generation.CatchUp> catchUp) {
        return catchUp.isPresent() && stands(report, step - 1) && report.readyIn().equals(Optional.of(catchUp.get().generation()));
    }

    private void install(Generation generation) {
        Peer self = endpoint.member().self();
        standing.install(self, generation, Deadline.afterMs(0));
        Map<Peer, PatientCall<Boolean>> calls = new LinkedHashMap<>();
        for (Peer peer : generation.peers()) {
            if (!peer.equals(self)) {
                calls.put(peer, endpoint.callPatiently(peer, Messages.INSTALL, generation));
            }
        }
        calls.forEach((peer, call) -> {
            if (call.await() instanceof Reply.Failed<Boolean>(Failure failure)) {
                standing.withdraw(generation.proposal());
                listener.message(peer + " did not take its place in generation " + generation.number() + ": " + failure);
            }
        });
    }
}
