package lockstep.coordinator.agree;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import lockstep.common.replica.Commit;
import lockstep.coordinator.call.Codec;
import lockstep.coordinator.member.Peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a node that missed the last COMMIT hears of it. */
class GenerationTest {
    private static final Peer PEER = new Peer(new UUID(0, 1), "a", 1);
    private static final Proposal BEFORE = new Proposal(3, PEER.id());

    private static Generation after(CommitMessage.After after) {
        return new Generation(new Proposal(4, PEER.id()), 20, List.of(new Seat(PEER, false, 1)),
            Optional.of(new Generation.CatchUp(BEFORE, new Commit(19, 1, 2, OptionalDouble.of(3)), after)));
    }

    @Test
    void a_generation_that_follows_a_stop_tells_of_it() throws IOException {
        Generation generation = after(CommitMessage.After.STOP);
        Codec<Generation> codec = Messages.INSTALL.question();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        codec.write(generation, new DataOutputStream(bytes));
        Generation read = codec.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertEquals(generation, read);
        assertTrue(read.stops(20));
    }

    @Test
    void it_stops_where_it_begins_and_after_no_other_commit() {
        assertFalse(after(CommitMessage.After.STOP).stops(21));
        assertFalse(after(CommitMessage.After.FORM_ANEW).stops(20));
        assertFalse(new Generation(BEFORE, 20, List.of(new Seat(PEER, false, 1)), Optional.empty()).stops(20));
    }
}
