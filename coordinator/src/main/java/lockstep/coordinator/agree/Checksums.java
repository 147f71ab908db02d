package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

import lockstep.common.UserError;
import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.member.Peer;

/**
 * Compares what the nodes of a generation say that they hold, on the leading one. Weights that differ from the majority's are taken anew from the others; a step whose averaged gradients differ, or whose weights do
 * without a majority, is done once more; what then still differs ends.
 */
final class Checksums {
    private static final long NOTE_MS = 10_000;

    private final Endpoint endpoint;
    private final Standing standing;
    private final Suspects suspects;
    private final ClusterListener listener;
    private OptionalInt doneAgain = OptionalInt.empty();

    Checksums(Endpoint endpoint, Standing standing, Suspects suspects, ClusterListener listener) {
        this.endpoint = endpoint;
        this.standing = standing;
        this.suspects = suspects;
        this.listener = listener;
    }

    /**
     * @param all by rank
     * @return whether all hold the same; else the generation has broken up
     * @throws UserError when the run can't go on
     */
    boolean agree(Replica replica, Generation generation, List<Ready> all) {
        if (same(all, Ready::stateDigest) && same(all, Ready::gradientDigest)) {
            doneAgain = OptionalInt.empty();
            return true;
        }
        boolean byState = !same(all, Ready::stateDigest);
        ToLongFunction<Ready> digest = byState ? Ready::stateDigest : Ready::gradientDigest;
        Optional<Long> majority = majority(all, digest);
        String found = described(generation, all, digest, byState ? "weights" : "averaged gradients", replica.step());
        listener.message(found);
        boolean again = doneAgain.equals(OptionalInt.of(replica.step()));
        if (byState && majority.isPresent() && !again) {
            deviants(generation, all, digest, majority.get()).forEach(suspects::add);
        } else if (again) {
            end(replica, generation, majority.map(most -> deviants(generation, all, digest, most)).orElse(generation.peers()), found);
        }
        doneAgain = OptionalInt.of(replica.step());
        standing.breakUp(found);
        return false;
    }

    private void end(Replica replica, Generation generation, List<Peer> those, String found) {
        String why = found + ", and again after the step was done anew; " + replica.newestCheckpoint()
            + ". A processor or memory of a node that differs alone may be broken";
        Peer self = endpoint.member().self();
        List<PendingCall<Boolean>> calls = those.stream().filter(peer -> !peer.equals(self))
            .map(peer -> endpoint.call(peer, Messages.HALT, why, FloatSink.NONE, Deadline.afterMs(NOTE_MS))).toList();
        calls.forEach(PendingCall::await);
        if (those.contains(self)) {
            throw new UserError(why);
        }
        listener.message(those.size() + " of " + generation.nodes() + " nodes were told to stop: " + why);
    }

    private static boolean same(List<Ready> all, ToLongFunction<Ready> digest) {
        return all.stream().mapToLong(digest).distinct().count() == 1;
    }

    /** What more than half of the nodes hold. */
    private static Optional<Long> majority(List<Ready> all, ToLongFunction<Ready> digest) {
        return all.stream().map(digest::applyAsLong)
            .filter(one -> 2 * all.stream().filter(ready -> digest.applyAsLong(ready) == one).count() > all.size()).findFirst();
    }

    private static List<Peer> deviants(Generation generation, List<Ready> all, ToLongFunction<Ready> digest, long majority) {
        List<Peer> those = new ArrayList<>();
        for (int rank = 0; rank < all.size(); rank++) {
            if (digest.applyAsLong(all.get(rank)) != majority) {
                those.add(generation.peers().get(rank));
            }
        }
        return those;
    }

    private static String described(Generation generation, List<Ready> all, ToLongFunction<Ready> digest, String what, int step) {
        StringBuilder text = new StringBuilder("the nodes' " + what + " differ at step " + (step + 1) + ":");
        for (int rank = 0; rank < all.size(); rank++) {
            text.append(rank == 0 ? " " : ", ").append(generation.peers().get(rank).address()).append(" has ")
                .append(Long.toHexString(digest.applyAsLong(all.get(rank))));
        }
        return text.toString();
    }
}
