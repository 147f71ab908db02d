/**
 * Latencies, kept in HdrHistograms: the only package that imports them.
 *
 * <p>
 * May import the JDK and HdrHistogram.
 */
package lockstep.common.metrics;
