/**
 * A run as Prometheus sees it: {@link lockstep.deploy.metrics.RunMetrics} answers {@code /metrics}, from snapshots that the training leaves behind and never waits for.
 *
 * <p>
 * Every node answers for itself; what only the leading node knows is there on that one alone. Names are {@code lockstep_<what>_<unit>}; {@code deploy/grafana/lockstep.json} shows them. The one package that imports Prometheus'
 * client. May import {@code lockstep.common}, {@code lockstep.deploy.http}, and of {@code lockstep.node} the listener and its reports.
 */
package lockstep.deploy.metrics;
