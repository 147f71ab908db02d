package lockstep.common.trace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Spans of this process until somebody takes them, in memory of a fixed size: what comes when it is full is dropped and counted. Off, and without memory, until it is switched on. Any thread. */
public final class TraceBuffer {
    /** Of one that was taken: as much as a message of the cluster may have. */
    public static final int MAX_BYTES = 1 << 19;
    private static final int CAPACITY = 16_384;
    private static final int MAX_NAME = 100;

    private volatile boolean on;
    private long[] startNs = {};
    private long[] endNs = {};
    private String[] track = {};
    private String[] name = {};
    private int count;
    private int dropped;

    /** From now on spans are kept. */
    public synchronized void switchOn() {
        if (!on) {
            startNs = new long[CAPACITY];
            endNs = new long[CAPACITY];
            track = new String[CAPACITY];
            name = new String[CAPACITY];
            on = true;
        }
    }

    public boolean isOn() {
        return on;
    }

    /**
     * Keeps a span; nothing while it is off.
     *
     * @param onTrack the line of the timeline
     * @param what is shown in it
     * @param fromNs monotonic time of this process
     */
    public void span(String onTrack, String what, long fromNs, long toNs) {
        if (on) {
            keep(onTrack, what, fromNs, toNs);
        }
    }

    private synchronized void keep(String onTrack, String what, long fromNs, long toNs) {
        if (count == CAPACITY) {
            dropped++;
            return;
        }
        startNs[count] = fromNs;
        endNs[count] = toNs;
        track[count] = onTrack;
        name[count] = what;
        count++;
    }

    /** What was kept since the last call, for {@link #read}. */
    public synchronized byte[] take() {
        List<String> names = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(dropped);
            out.writeInt(count);
            for (int i = 0; i < count; i++) {
                out.writeLong(startNs[i]);
                out.writeLong(endNs[i]);
                writeName(out, names, track[i]);
                writeName(out, names, name[i]);
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        count = 0;
        dropped = 0;
        return bytes.toByteArray();
    }

    /** Names come again and again: each is written once, then by its number. */
    private static void writeName(DataOutputStream out, List<String> names, String text) throws IOException {
        int known = names.indexOf(text);
        out.writeShort(known >= 0 ? known : names.size());
        if (known < 0) {
            names.add(text);
            out.writeUTF(text.substring(0, Math.min(text.length(), MAX_NAME)));
        }
    }

    /** Gets what {@link #read} finds. */
    public interface Reader {
        void span(String onTrack, String what, long fromNs, long toNs);

        /** So many had no room. */
        void dropped(int spans);
    }

    /** @throws IOException when these bytes are none of {@link #take} */
    public static void read(byte[] bytes, Reader reader) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        List<String> names = new ArrayList<>();
        int dropped = in.readInt();
        int spans = in.readInt();
        for (int i = 0; i < spans; i++) {
            long fromNs = in.readLong();
            long toNs = in.readLong();
            String onTrack = readName(in, names);
            reader.span(onTrack, readName(in, names), fromNs, toNs);
        }
        if (dropped > 0) {
            reader.dropped(dropped);
        }
    }

    private static String readName(DataInputStream in, List<String> names) throws IOException {
        int number = in.readUnsignedShort();
        if (number > names.size()) {
            throw new IOException("name " + number + " of " + names.size());
        }
        if (number == names.size()) {
            names.add(in.readUTF());
        }
        return names.get(number);
    }
}
