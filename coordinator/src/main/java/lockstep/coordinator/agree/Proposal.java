package lockstep.coordinator.agree;

import java.util.UUID;

import lockstep.coordinator.member.Peer;

/**
 * What a node proposes to the others, and the generation that comes of it. Two nodes that don't see each other may take the same number, so that it is compared together with who took it. A node agrees to each number once.
 *
 * @param number larger than that of any other that the proposer knows of
 * @param proposer its id as a member
 */
public record Proposal(long number, UUID proposer) {
    static Proposal of(Peer proposer, long number) {
        return new Proposal(number, proposer.id());
    }

    @Override
    public String toString() {
        return String.valueOf(number);
    }
}
