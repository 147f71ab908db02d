package lockstep.deploy.metrics;

import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import lockstep.node.train.StepReport;

/** What the leading node has heard of the training; absent on the others, and before the first step. */
record LeaderMetrics(Supplier<RunMetrics.Told> told) {
    void register(PrometheusRegistry registry) {
        ofStep(registry, "lockstep_loss_nats", "Mean loss of the last step's tokens.", StepReport::lossNats);
        ofStep(registry, "lockstep_learning_rate", "Of the last step.", StepReport::lr);
        ofStep(registry, "lockstep_gradient_norm", "Global L2 norm of the last averaged gradient, before clipping.", StepReport::gradNorm);
        GaugeWithCallback.builder().name("lockstep_validation_loss_nats").help("Of the last validation; absent before the first.")
            .callback(gauge -> told.get().valLossNats().ifPresent(gauge::call)).register(registry);
        CounterWithCallback.builder().name("lockstep_skipped_steps_total")
            .help("Updates that the spike rule has skipped since this process leads.")
            .callback(counter -> told.get().step().ifPresent(_ -> counter.call((double) told.get().skipped()))).register(registry);
        GaugeWithCallback.builder().name("lockstep_update_ratio_log10").labelNames("layer")
            .help("log10 of the last update's L2 norm by that of the weights; absent where the step was skipped or a norm is 0.")
            .callback(this::ratios).register(registry);
        GaugeWithCallback.builder().name("lockstep_layer_gradient_norm").labelNames("layer")
            .help("L2 norm of a layer's averaged gradient, before clipping; absent where the step was skipped.")
            .callback(this::norms).register(registry);
    }

    private void ofStep(PrometheusRegistry registry, String name, String help, ToDoubleFunction<StepReport> value) {
        GaugeWithCallback.builder().name(name).help(help)
            .callback(gauge -> told.get().step().ifPresent(report -> gauge.call(value.applyAsDouble(report)))).register(registry);
    }

    private void ratios(GaugeWithCallback.Callback gauge) {
        told.get().step().ifPresent(report -> report.layers().forEachUpdateRatioLog10((layer, ratio) -> gauge.call(ratio, layer)));
    }

    private void norms(GaugeWithCallback.Callback gauge) {
        told.get().step().ifPresent(report -> report.layers().forEachGradient((layer, norm) -> gauge.call(norm, layer)));
    }
}
