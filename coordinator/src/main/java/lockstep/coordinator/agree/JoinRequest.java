package lockstep.coordinator.agree;

import java.util.Optional;

/**
 * A node is in no generation that works, and asks for one.
 *
 * @param generation its last one, where it was in one
 * @param why what became of that
 * @param identity of its run: configuration and data
 */
record JoinRequest(Optional<Proposal> generation, String why, String identity) {}
