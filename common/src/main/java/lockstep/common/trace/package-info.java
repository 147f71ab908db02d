/**
 * Spans of time as other tools show them: events for JDK Flight Recorder, which costs nothing while no recording runs, and a timeline in Chrome's trace format, which Perfetto reads, for all nodes on one clock.
 *
 * <p>
 * May import the JDK (Flight Recorder's API in this package alone), {@code lockstep.common.format} and {@code lockstep.common.timing}.
 */
package lockstep.common.trace;
