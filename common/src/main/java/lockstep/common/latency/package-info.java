/**
 * Durations, kept in HdrHistograms and in logs of HdrHistogram's own format: the only package that imports it. Recording ({@link lockstep.common.latency.NodeTimer},
 * {@link lockstep.common.latency.PauseMeter}) makes no object and takes no lock; {@link lockstep.common.latency.Interval} is what was recorded in some time, which adds exactly to
 * others, over time and over nodes.
 *
 * <p>
 * Unit of all histograms is the microsecond; tags are those of {@link lockstep.common.timing.Phase}, {@code peer-<address>} for the exchange with a peer, and before all of them
 * {@code warmup-} for what a process records before it has done {@link lockstep.common.latency.NodeTimer#WARM_UP_STEPS} steps.
 *
 * <p>
 * May import the JDK, HdrHistogram, {@code lockstep.common} (errors), {@code lockstep.common.format} and {@code lockstep.common.timing}.
 */
package lockstep.common.latency;
