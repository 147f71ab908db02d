package lockstep.deploy.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;

import lockstep.common.latency.Latencies;
import lockstep.common.latency.NodeLatencies;
import lockstep.common.latency.NodeTimer;
import lockstep.common.latency.Recent;

/**
 * This process's latencies as summaries, whose quantiles are HdrHistogram's of the last five to ten minutes; one that has too few durations behind it is left out, and so are the first steps of the process, in which it compiles. Counts and
 * sums are of all since the process began.
 */
record PhaseMetrics(Supplier<Optional<NodeLatencies>> latencies) implements MultiCollector {
    private static final String OF =
        " Quantiles of the last 5 to 10 minutes; without the process's first " + NodeTimer.WARM_UP_STEPS + " steps.";
    /** As they are to be read: 99.9 / 100 is 0.9990000000000001. */
    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};
    private static final double PERCENT = 100;
    private static final double MS_PER_S = 1e3;

    /** One look at the histograms for all summaries: it takes some ms. */
    @Override
    public MetricSnapshots collect() {
        SummarySnapshot.Builder phases = SummarySnapshot.builder().name("lockstep_phase_seconds")
            .help("Time of each phase of a step, of what is done beside, and of pauses of the whole process." + OF);
        SummarySnapshot.Builder peers =
            SummarySnapshot.builder().name("lockstep_peer_wait_seconds").help("Waiting for one peer in a step." + OF);
        latencies.get().map(NodeLatencies::recent).orElseGet(TreeMap::new).forEach((tag, recent) -> {
            if (tag.startsWith(NodeTimer.PEER)) {
                peers.dataPoint(point(recent, Labels.of("peer", tag.substring(NodeTimer.PEER.length()))));
            } else if (!tag.startsWith(NodeTimer.WARM_UP)) {
                phases.dataPoint(point(recent, Labels.of("phase", tag)));
            }
        });
        return MetricSnapshots.of(phases.build(), peers.build());
    }

    private static SummaryDataPointSnapshot point(Recent recent, Labels labels) {
        List<Quantile> quantiles = new ArrayList<>();
        Latencies latencies = recent.latencies();
        for (double quantile : QUANTILES) {
            if (latencies.supports(quantile * PERCENT)) {
                quantiles.add(new Quantile(quantile, latencies.percentileMs(quantile * PERCENT) / MS_PER_S));
            }
        }
        return SummaryDataPointSnapshot.builder().count(recent.count()).sum(recent.totalMs() / MS_PER_S)
            .quantiles(Quantiles.of(quantiles)).labels(labels).build();
    }
}
