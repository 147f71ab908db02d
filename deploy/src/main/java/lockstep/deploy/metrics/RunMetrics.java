package lockstep.deploy.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import lockstep.common.latency.NodeLatencies;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.Page;
import lockstep.deploy.http.Route;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/** What one process tells of a run. As a listener it is told on the leading node alone, by the loop's thread; any thread asks. */
public final class RunMetrics implements StepListener {
    private static final String PATH = "/metrics";
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private volatile Optional<NodeLatencies> latencies = Optional.empty();
    private volatile Told told = Told.NOTHING;

    /**
     * What the leading node has heard.
     *
     * @param step the last one
     * @param skipped updates that the spike rule has skipped, since this process leads
     */
    record Told(Optional<StepReport> step, OptionalDouble valLossNats, long skipped) {
        static final Told NOTHING = new Told(Optional.empty(), OptionalDouble.empty(), 0);
    }

    /**
     * @param view what every node knows
     * @param self name of this one there
     */
    public RunMetrics(ClusterView view, String self) {
        new ClusterMetrics(view, () -> latencies).register(registry);
        new LeaderMetrics(() -> leads(view, self) ? told : Told.NOTHING).register(registry);
        registry.register(new PhaseMetrics(() -> latencies));
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
    }

    /** Who led once doesn't tell of what it knew then. */
    private static boolean leads(ClusterView view, String self) {
        return view.status().nodes().stream().findFirst().filter(node -> node.name().equals(self)).isPresent();
    }

    /** From here on there are latencies. */
    public void measured(NodeLatencies own) {
        latencies = Optional.of(own);
    }

    /** This process leads, from the step where it is told of the first: what it knew when it led before counts no more. */
    @Override
    public void started(int step, int steps) {
        told = Told.NOTHING;
    }

    @Override
    public void stepDone(StepReport report) {
        Told before = told;
        told = new Told(Optional.of(report.copy()), before.valLossNats(), before.skipped() + (report.updated() ? 0 : 1));
    }

    @Override
    public void validated(int step, double lossNats) {
        Told before = told;
        told = new Told(before.step(), OptionalDouble.of(lossNats), before.skipped());
    }

    /** In the format that the client asks for by its Accept header, Prometheus' text format where it doesn't. */
    public Route route() {
        return Route.page(PATH, this::page);
    }

    private Page page(String accept) {
        ExpositionFormatWriter writer = FORMATS.findWriter(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return new Page(writer.getContentType(), body.toByteArray());
    }
}
