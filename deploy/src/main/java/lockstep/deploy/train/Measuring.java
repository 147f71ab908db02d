package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

import lockstep.common.latency.Interval;
import lockstep.common.latency.NodeLatencies;
import lockstep.common.timing.StepTimer;
import lockstep.common.trace.ClockOffset;
import lockstep.common.trace.JfrSpans;
import lockstep.common.trace.NodeTrace;
import lockstep.common.trace.TraceBuffer;
import lockstep.common.trace.TraceSpans;
import lockstep.common.trace.TraceWriter;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.report.ReportCollector;
import lockstep.coordinator.report.ReportServer;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.latency.LatencyKeeper;
import lockstep.deploy.latency.TraceKeeper;

/** What this process measures of itself, under its name among the nodes, and, while it leads, what the others do. */
final class Measuring implements AutoCloseable {
    private final String name;
    private final Terminal terminal;
    private final Optional<TraceWriter> timeline;
    private final TraceBuffer spans = new TraceBuffer();
    private final NodeLatencies own = new NodeLatencies(new TraceSpans(spans, System::nanoTime, new JfrSpans()));
    private volatile Optional<Others> others = Optional.empty();

    /** Those that train with this node. */
    private record Others(ReportCollector reports, TrainingCluster cluster) {}

    /** @param trace where a timeline of all nodes goes */
    Measuring(String name, Optional<Path> trace, Terminal terminal) {
        this.name = name;
        this.terminal = terminal;
        this.timeline = trace.map(file -> TraceWriter.create(file, System.nanoTime()));
        timeline.ifPresent(_ -> spans.switchOn());
    }

    /** Of this process among the nodes. */
    String name() {
        return name;
    }

    StepTimer timer() {
        return own.timer();
    }

    NodeLatencies latencies() {
        return own;
    }

    TraceBuffer spans() {
        return spans;
    }

    /** Tells of this node to whoever leads; before the endpoint opens. */
    void serve(Endpoint endpoint) {
        ReportServer.serve(endpoint, own::take, spans);
    }

    /** There are other nodes: from now on theirs are taken with ours. */
    void with(Endpoint endpoint, TrainingCluster cluster) {
        others = Optional.of(new Others(new ReportCollector(endpoint), cluster));
    }

    /** This node leads from now on: the logs of all nodes are its own until what is returned is closed. */
    Kept lead(Path runDir, Supplier<Boolean> held) {
        LatencyKeeper latencies = new LatencyKeeper(runDir, held::get, name, this::ofAll, this::warn);
        Optional<TraceKeeper> trace = timeline.map(writer -> new TraceKeeper(writer, this::traces, this::warn));
        latencies.start();
        trace.ifPresent(TraceKeeper::start);
        return new Kept(latencies, trace);
    }

    /** What is written while this node leads. */
    record Kept(LatencyKeeper latencies, Optional<TraceKeeper> trace) implements AutoCloseable {
        /** Lines for the end of the run, while all nodes are still there. */
        List<String> table() {
            trace.ifPresent(TraceKeeper::write);
            return latencies.table();
        }

        @Override
        public void close() {
            trace.ifPresent(TraceKeeper::close);
            latencies.close();
        }
    }

    /** A line about what could not be written; the training goes on. */
    void warn(String text) {
        terminal.warning("lockstep: " + text);
    }

    private SortedMap<String, Interval> ofAll() {
        SortedMap<String, Interval> all = new TreeMap<>();
        others.ifPresent(some -> all.putAll(some.reports().latencies(some.cluster().others())));
        all.put(name, own.take());
        return all;
    }

    private List<NodeTrace> traces() {
        List<NodeTrace> all = new ArrayList<>(List.of(new NodeTrace(name, ClockOffset.NONE, spans.take())));
        others.ifPresent(some -> all.addAll(some.reports().traces(some.cluster().others())));
        return all;
    }

    @Override
    public void close() {
        own.close();
        timeline.ifPresent(TraceWriter::close);
    }
}
