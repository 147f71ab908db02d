package lockstep.deploy.metrics;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import lockstep.common.latency.NodeLatencies;
import lockstep.deploy.http.ClusterStatus;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.NodeStatus;

/** What every node knows of the run. */
record ClusterMetrics(ClusterView view, Supplier<Optional<NodeLatencies>> latencies) {
    private static final double NS_PER_S = 1e9;

    void register(PrometheusRegistry registry) {
        GaugeWithCallback.builder().name("lockstep_step").help("Steps done.").callback(gauge -> gauge.call(view.status().step()))
            .register(registry);
        GaugeWithCallback.builder().name("lockstep_steps").help("Steps of the whole run, 0 until they are known.")
            .callback(gauge -> gauge.call(view.status().steps())).register(registry);
        GaugeWithCallback.builder().name("lockstep_generation")
            .help("Rises whenever the set of nodes that train changes; 0 where it can't.")
            .callback(gauge -> gauge.call((double) view.status().generation())).register(registry);
        GaugeWithCallback.builder().name("lockstep_nodes").help("Nodes of the run by role, as this one sees them.").labelNames("role")
            .callback(this::nodes).register(registry);
        GaugeWithCallback.builder().name("lockstep_tokens_per_second")
            .help("Of the last step, all of the run's tokens in it; 0 before the first.").callback(this::tokensPerSecond)
            .register(registry);
        GaugeWithCallback.builder().name("lockstep_last_step_age_seconds")
            .help("Since this process has done a step; absent before its first.")
            .callback(this::age).register(registry);
    }

    private void nodes(GaugeWithCallback.Callback gauge) {
        ClusterStatus status = view.status();
        for (NodeStatus.Role role : NodeStatus.Role.values()) {
            gauge.call((double) status.nodes().stream().filter(node -> node.role() == role).count(), role.name().toLowerCase(Locale.ROOT));
        }
    }

    private void tokensPerSecond(GaugeWithCallback.Callback gauge) {
        view.status().nodes().stream().findFirst().ifPresent(node -> gauge.call(node.tokensPerSecond()));
    }

    private void age(GaugeWithCallback.Callback gauge) {
        OptionalLong ns = latencies.get().map(NodeLatencies::sinceLastStepNs).orElse(OptionalLong.empty());
        ns.ifPresent(age -> gauge.call((double) age / NS_PER_S));
    }
}
