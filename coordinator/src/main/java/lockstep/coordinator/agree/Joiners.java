package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.member.Members;
import lockstep.coordinator.member.Peer;

/** Nodes that asked for a place in a generation. */
final class Joiners {
    private final Guard guard;
    private final Members member;
    private final Standing standing;
    private final String identity;
    private final Map<UUID, Peer> asked = new LinkedHashMap<>();

    /** @param identity of the run, which theirs has to be */
    Joiners(Guard guard, Members member, Standing standing, String identity) {
        this.guard = guard;
        this.member = member;
        this.standing = standing;
        this.identity = identity;
    }

    /** A node asks for a place. One of this generation that does so can't go on in it. */
    Answer<String> join(Peer from, JoinRequest request, Deadline deadline) {
        return guard.read(() -> {
            if (standing.phase() != Standing.Phase.TRAINING) {
                return standing.notTraining();
            }
            if (!request.identity().equals(identity)) {
                return new Answer.Value<>("its configuration, its data or its build of Lockstep are not the run's");
            }
            note(from, request);
            return new Answer.Value<>("");
        });
    }

    private void note(Peer from, JoinRequest request) {
        Optional<Generation> newest = standing.newest();
        boolean seated = newest.isPresent() && newest.get().rankOf(from.id()).isPresent();
        if (seated && standing.broken().isEmpty() && request.generation().map(Proposal::number).orElse(0L) < newest.get().number()) {
            return; // it asked before it knew of its place
        }
        guard.change(() -> asked.put(from.id(), from));
        if (seated && request.generation().equals(Optional.of(newest.get().proposal()))) {
            standing.breakUp(from + " can't go on in generation " + newest.get().number() + ": " + request.why());
        }
    }

    /** Those that are still members. */
    List<Peer> present() {
        return guard.read(() -> {
            List<Peer> members = member.peers();
            asked.values().removeIf(peer -> !members.contains(peer));
            return new ArrayList<>(asked.values());
        });
    }

    /** They have their places. */
    void seated(Generation generation) {
        guard.change(() -> generation.peers().forEach(peer -> asked.remove(peer.id())));
    }
}
