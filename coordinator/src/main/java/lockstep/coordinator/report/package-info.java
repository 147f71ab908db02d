/**
 * What nodes tell the leading one about themselves, for people: latencies and spans of time. Asked for by {@link lockstep.coordinator.report.ReportCollector}, answered by
 * {@link lockstep.coordinator.report.ReportServer}, on the control lane and never by the thread of the training loop. The other way round, {@link
 * lockstep.coordinator.report.RunFileServer} gives the run's logs to those who don't see the directory of the leading node.
 *
 * <p>
 * May import {@code lockstep.common}, {@code member} and {@code call}; nothing of Hazelcast.
 */
package lockstep.coordinator.report;
