package lockstep.coordinator.call;

import lockstep.coordinator.member.Peer;

/** Answers one kind of request, on a thread of its lane. */
@FunctionalInterface
public interface Handler<Q, A> {
    /** @param deadline until when the caller waits: this call may wait no longer */
    Answer<A> answer(Peer caller, Q question, Deadline deadline);
}
