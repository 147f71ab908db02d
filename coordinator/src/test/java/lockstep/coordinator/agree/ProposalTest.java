package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import lockstep.common.replica.Commit;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.member.Members;
import lockstep.coordinator.member.Peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a node agrees to where two others propose, neither of which knows of the other. */
class ProposalTest {
    private static final Peer OLDER = new Peer(new UUID(0, 1), "a", 1);
    private static final Peer YOUNGER = new Peer(new UUID(0, 2), "b", 2);
    private static final Peer SELF = new Peer(new UUID(0, 3), "c", 3);
    private static final Deadline SOON = Deadline.afterMs(1_000);

    private final NodeState node = NodeState.of(new All(), "the run");

    /** Three members. */
    private static final class All implements Members {
        @Override
        public Peer self() {
            return SELF;
        }

        @Override
        public List<Peer> peers() {
            return List.of(OLDER, YOUNGER, SELF);
        }

        @Override
        public boolean has(UUID id) {
            return peers().stream().anyMatch(peer -> peer.id().equals(id));
        }
    }

    @BeforeEach
    void train() {
        node.standing().enter(Standing.Phase.TRAINING);
        node.whereabouts().stateAt(5);
    }

    private Report propose(Peer proposer, long number) {
        Answer<Report> answer = node.standing().proposed(proposer, number, SOON);
        return (Report) assertInstanceOf(Answer.Value.class, answer, answer::toString).value();
    }

    private Answer<Boolean> install(Peer proposer, long number) {
        Generation generation = new Generation(Proposal.of(proposer, number), 5,
            List.of(new Seat(proposer, false, 1), new Seat(SELF, false, 1)), Optional.empty());
        return node.standing().install(proposer, generation, SOON);
    }

    private static CommitMessage commit(Peer proposer, long number) {
        return new CommitMessage(Proposal.of(proposer, number), new Commit(5, 1, 1, OptionalDouble.empty()), CommitMessage.After.GO_ON,
            false,
            List.of(), List.of());
    }

    private void assertStale(Answer<Boolean> answer) {
        assertEquals(Failure.Kind.STALE, assertInstanceOf(Answer.No.class, answer).failure().kind());
    }

    @Test
    void a_refusal_of_the_same_number_is_no_consent_without_state() {
        Report first = propose(YOUNGER, 7);
        assertTrue(first.agreesTo(Proposal.of(YOUNGER, 7)));
        assertEquals(Optional.of(5), first.step());
        Report second = propose(OLDER, 7);
        assertFalse(second.agreesTo(Proposal.of(OLDER, 7)), "its proposer would take the state from it as if it had none");
        assertEquals(Proposal.of(YOUNGER, 7), second.promised());
    }

    @Test
    void no_commit_of_a_generation_gets_through_once_another_of_its_number_is_proposed() {
        propose(YOUNGER, 7);
        assertEquals(new Answer.Value<>(true), install(YOUNGER, 7));
        node.standing().adopt();
        assertEquals(new Answer.Value<>(true), node.mail().commit(YOUNGER, commit(YOUNGER, 7), SOON));
        Report report = propose(OLDER, 7);
        boolean agreed = report.agreesTo(Proposal.of(OLDER, 7));
        boolean committed = node.standing().apply(Proposal.of(YOUNGER, 7), new Generation.CatchUp(Proposal.of(YOUNGER, 7),
            commit(YOUNGER, 7).commit(), CommitMessage.After.GO_ON), () -> {});
        assertFalse(agreed && committed, "what it reported is not where it stands");
        assertStale(install(OLDER, 7));
        assertStale(node.mail().commit(OLDER, commit(OLDER, 7), SOON));
    }

    @Test
    void what_belongs_to_another_proposal_of_the_same_number_is_stale() {
        propose(YOUNGER, 7);
        install(YOUNGER, 7);
        node.standing().adopt();
        assertStale(node.mail().ready(OLDER, new Ready(Proposal.of(OLDER, 7), 5, 0, 0, new double[0], 1, false), SOON));
        assertStale(node.mail().holding(OLDER, new Holding(Proposal.of(OLDER, 7), 5, 0, 0), SOON));
        assertStale(node.ending().end(OLDER, new End(Proposal.of(OLDER, 7), 5, ""), SOON));
        node.joiners().join(OLDER, new JoinRequest(Optional.of(Proposal.of(OLDER, 7)), "", "the run"), SOON);
        assertTrue(node.standing().broken().isEmpty(), () -> node.standing().broken().toString());
    }

    @Test
    void a_larger_number_is_agreed_to_whoever_proposes_it() {
        propose(OLDER, 7);
        assertTrue(propose(YOUNGER, 8).agreesTo(Proposal.of(YOUNGER, 8)));
        assertEquals(new Proposal(9, SELF.id()), node.standing().promiseOwn(3));
        assertStale(install(YOUNGER, 8));
    }
}
