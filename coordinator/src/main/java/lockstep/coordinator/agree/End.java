package lockstep.coordinator.agree;

/**
 * The run is over and what it leaves is on disk.
 *
 * @param generation the last one
 * @param weightsSha256 64 hex digits
 */
public record End(Proposal generation, int step, String weightsSha256) {}
