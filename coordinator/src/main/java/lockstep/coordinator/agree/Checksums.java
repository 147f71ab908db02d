package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import lockstep.common.CheckFailed;
import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.member.Peer;

/**
 * Compares what the nodes of a generation say that they hold, on the leading one. A state that differs from the majority's is taken anew from the others; a step whose averaged gradients differ is done once more; states that
 * differ without a majority are compared once more; what then still differs ends.
 */
final class Checksums {
    private static final long NOTE_MS = 10_000;

    private final Endpoint endpoint;
    private final Standing standing;
    private final Suspects suspects;
    private final ClusterListener listener;
    private Optional<Finding> found = Optional.empty();

    /** What a node holds between two steps. */
    record Held(Peer peer, Holding holding) {}

    /** A checksum that a node gave. */
    private record Given(Peer peer, long digest) {}

    /**
     * The first difference at a step.
     *
     * @param step where the nodes stand
     */
    private record Finding(int step, String text) {}

    Checksums(Endpoint endpoint, Standing standing, Suspects suspects, ClusterListener listener) {
        this.endpoint = endpoint;
        this.standing = standing;
        this.suspects = suspects;
        this.listener = listener;
    }

    /**
     * At the end of a step.
     *
     * @param all by rank
     * @return whether all hold the same; else the generation has broken up
     * @throws CheckFailed when the run can't go on
     */
    boolean agree(Replica replica, Generation generation, List<Ready> all) {
        String when = "at step " + (replica.step() + 1);
        List<Given> states = IntStream.range(0, all.size())
            .mapToObj(rank -> new Given(generation.peers().get(rank), all.get(rank).stateDigest())).toList();
        List<Given> gradients = IntStream.range(0, all.size())
            .mapToObj(rank -> new Given(generation.peers().get(rank), all.get(rank).gradientDigest())).toList();
        if (!same(states)) {
            differ(replica, new Finding(replica.step(), described("weights", when, states)), states, true);
            return false;
        }
        if (!same(gradients)) {
            differ(replica, new Finding(replica.step(), described("averaged gradients", when, gradients)), gradients, false);
            return false;
        }
        found = Optional.empty();
        generation.peers().forEach(suspects::absolve);
        return true;
    }

    /**
     * Between two steps.
     *
     * @param step where those nodes stand
     * @return as at the end of a step
     * @throws CheckFailed when the run can't go on
     */
    boolean agree(Replica replica, int step, List<Held> all) {
        return agree(replica, step, "weights", given(all, Holding::stateDigest))
            && agree(replica, step, "AdamW's moments", given(all, Holding::momentsDigest));
    }

    private static List<Given> given(List<Held> all, ToLongFunction<Holding> digest) {
        return all.stream().map(held -> new Given(held.peer(), digest.applyAsLong(held.holding()))).toList();
    }

    private boolean agree(Replica replica, int step, String what, List<Given> all) {
        if (!same(all)) {
            differ(replica, new Finding(step, described(what, "after step " + step, all)), all, true);
            return false;
        }
        return true;
    }

    /** @param heals whether who differs from a majority may take from it what it holds */
    private void differ(Replica replica, Finding now, List<Given> all, boolean heals) {
        listener.message(now.text());
        Optional<Long> majority = majority(all);
        Optional<Finding> before = found.filter(finding -> finding.step() == now.step());
        if (before.isPresent()) {
            end(replica, majority.map(most -> deviants(all, most)).orElse(all.stream().map(Given::peer).toList()), before.get().text(),
                all);
        } else if (heals && majority.isPresent()) {
            deviants(all, majority.get()).forEach(suspects::add);
        }
        found = before.or(() -> Optional.of(now));
        standing.breakUp(now.text());
    }

    private void end(Replica replica, List<Peer> those, String text, List<Given> all) {
        String why = text + ", and again after they were compared anew; " + replica.newestCheckpoint()
            + ". A processor or memory of a node that differs alone may be broken";
        Peer self = endpoint.member().self();
        List<PendingCall<Boolean>> calls = those.stream().filter(peer -> !peer.equals(self))
            .map(peer -> endpoint.call(peer, Messages.HALT, why, FloatSink.NONE, Deadline.afterMs(NOTE_MS))).toList();
        calls.forEach(PendingCall::await);
        if (those.contains(self)) {
            throw new CheckFailed(why);
        }
        listener.message(those.size() + " of " + all.size() + " nodes were told to stop: " + why);
    }

    private static boolean same(List<Given> all) {
        return all.stream().mapToLong(Given::digest).distinct().count() == 1;
    }

    /** What more than half of the nodes hold. */
    private static Optional<Long> majority(List<Given> all) {
        return all.stream().map(Given::digest)
            .filter(one -> 2 * all.stream().filter(given -> given.digest() == one).count() > all.size()).findFirst();
    }

    private static List<Peer> deviants(List<Given> all, long majority) {
        return all.stream().filter(given -> given.digest() != majority).map(Given::peer).toList();
    }

    private static String described(String what, String when, List<Given> all) {
        return all.stream().map(given -> given.peer().address() + " has " + Long.toHexString(given.digest()))
            .collect(Collectors.joining(", ", "the nodes' " + what + " differ " + when + ": ", ""));
    }
}
