/**
 * The latencies of a run as its directory holds them, and as people look at them: tables, plots, a comparison of two runs.
 *
 * <p>
 * Two kinds of files: {@code latency-<node>.hlog} of each node, and {@code latency.hlog}, in which the intervals of all nodes are added. May import {@code lockstep.common} and, in
 * {@link lockstep.deploy.latency.PercentileChart} alone, the chart library.
 */
package lockstep.deploy.latency;
