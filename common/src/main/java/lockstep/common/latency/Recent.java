package lockstep.common.latency;

/**
 * Durations of one tag, for those who look from time to time.
 *
 * @param count since the process began
 * @param totalMs of those, to three digits of each
 * @param latencies of the last five to ten minutes
 */
public record Recent(long count, double totalMs, Latencies latencies) {}
