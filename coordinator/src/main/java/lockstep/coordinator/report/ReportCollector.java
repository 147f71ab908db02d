package lockstep.coordinator.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import lockstep.common.latency.Interval;
import lockstep.common.trace.BestOffset;
import lockstep.common.trace.ClockOffset;
import lockstep.common.trace.NodeTrace;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/** Asks nodes about themselves. Who doesn't answer in time is asked again the next time: nothing here may end a run. One caller of each method at a time. */
public final class ReportCollector {
    private static final long PATIENCE_MS = 2_000;

    private final Endpoint endpoint;
    private final SortedMap<String, Long> arrived = new TreeMap<>();
    private final SortedMap<String, BestOffset> offsets = new TreeMap<>();

    public ReportCollector(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** What each of these nodes has recorded since it was last asked, by address. */
    public synchronized SortedMap<String, Interval> latencies(List<Peer> peers) {
        List<PendingCall<ReportMessages.Latest>> calls = peers.stream().map(peer -> endpoint.call(peer, ReportMessages.LATENCIES,
            arrived.getOrDefault(key(peer), 0L), FloatSink.NONE, Deadline.afterMs(PATIENCE_MS))).toList();
        SortedMap<String, Interval> intervals = new TreeMap<>();
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).await() instanceof Reply.Answered<ReportMessages.Latest>(ReportMessages.Latest latest)) {
                try {
                    intervals.put(peers.get(i).address(), Interval.read(latest.interval()));
                } catch (IOException e) {
                    continue; // it is asked for the same again
                }
                arrived.put(key(peers.get(i)), latest.number());
            }
        }
        return intervals;
    }

    /** The spans of each of these nodes since it was last asked; the first time it begins to keep them. */
    public List<NodeTrace> traces(List<Peer> peers) {
        List<NodeTrace> traces = new ArrayList<>();
        for (Peer peer : peers) {
            long askedNs = System.nanoTime();
            Reply<Long> time = endpoint.ask(peer, ReportMessages.CLOCK, true, Deadline.afterMs(PATIENCE_MS));
            long answeredNs = System.nanoTime();
            if (time instanceof Reply.Answered<Long>(Long theirNs)
                && endpoint.ask(peer, ReportMessages.SPANS, true,
                    Deadline.afterMs(PATIENCE_MS)) instanceof Reply.Answered<byte[]>(byte[] spans)) {
                ClockOffset clock = offsets.computeIfAbsent(key(peer), _ -> new BestOffset())
                    .add(ClockOffset.of(askedNs, theirNs, answeredNs));
                traces.add(new NodeTrace(peer.address(), clock, spans));
            }
        }
        return traces;
    }

    /** A process may come back at the address of another one. */
    private static String key(Peer peer) {
        return peer.toString();
    }
}
