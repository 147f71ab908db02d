package lockstep.common.trace;

/**
 * A node's spans since they were last taken.
 *
 * @param clock the node's beside ours
 * @param taken by {@link TraceBuffer#take}
 */
public record NodeTrace(String node, ClockOffset clock, byte[] taken) {}
