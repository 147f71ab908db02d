package lockstep.coordinator.agree;

/**
 * A node is in no generation that works, and asks for one.
 *
 * @param generation its last one, 0 for none
 * @param why what became of that
 * @param identity of its run: configuration and data
 */
record JoinRequest(long generation, String why, String identity) {}
