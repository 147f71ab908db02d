package lockstep.common.latency;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was recorded in some time: latencies by tag. Adds to others over time and over nodes. Not for several threads. */
public final class Interval {
    /** Of one written: as much as a message of the cluster may have. */
    public static final int MAX_BYTES = 1 << 19;
    private static final int MAX_TAGS = 1200;

    private final SortedMap<String, Latencies> byTag = new TreeMap<>();
    private long startMs;
    private long endMs;

    /**
     * Nothing so far.
     *
     * @param startMs since 1970
     * @param endMs since 1970
     */
    public Interval(long startMs, long endMs) {
        this.startMs = startMs;
        this.endMs = endMs;
    }

    public long startMs() {
        return startMs;
    }

    public long endMs() {
        return endMs;
    }

    public boolean isEmpty() {
        return byTag.isEmpty();
    }

    /** By tag, in the order of the alphabet. */
    public SortedMap<String, Latencies> byTag() {
        return Collections.unmodifiableSortedMap(byTag);
    }

    /** The latencies of a tag; none where nothing was recorded. */
    public Latencies of(String tag) {
        return byTag.getOrDefault(tag, new Latencies());
    }

    /** Adds latencies, which stay the caller's. */
    public void add(String tag, Latencies latencies) {
        byTag.computeIfAbsent(tag, _ -> new Latencies()).add(latencies);
    }

    /** Adds what another one holds, whose time is by another clock. */
    public void addLatencies(Interval other) {
        other.byTag.forEach(this::add);
    }

    /** Adds another interval and spans its time too. */
    public void add(Interval other) {
        startMs = Math.min(startMs, other.startMs);
        endMs = Math.max(endMs, other.endMs);
        addLatencies(other);
    }

    /** As bytes, for another node: HdrHistogram's compressed form of each tag's latencies. */
    public byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(startMs);
            out.writeLong(endMs);
            out.writeInt(byTag.size());
            for (var entry : byTag.entrySet()) {
                byte[] encoded = HistogramCode.encode(entry.getValue().histogram());
                out.writeUTF(entry.getKey());
                out.writeInt(encoded.length);
                out.write(encoded);
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * The interval that was written so.
     *
     * @throws IOException when it was not; nothing large is allocated for what isn't there
     */
    public static Interval read(byte[] bytes) throws IOException {
        try {
            return readWhole(bytes);
        } catch (EOFException e) {
            throw new IOException("an interval that ends after " + bytes.length + " bytes", e);
        }
    }

    private static Interval readWhole(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Interval interval = new Interval(in.readLong(), in.readLong());
        int tags = in.readInt();
        if (tags < 0 || tags > MAX_TAGS) {
            throw new IOException(tags + " tags, expected 0 to " + MAX_TAGS);
        }
        for (int i = 0; i < tags; i++) {
            String tag = in.readUTF();
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException(tag + ": " + length + " bytes, expected 0 to " + in.available());
            }
            interval.add(tag, new Latencies(HistogramCode.decode(in.readNBytes(length))));
        }
        if (in.available() > 0) {
            throw new IOException(in.available() + " bytes too many");
        }
        return interval;
    }
}
