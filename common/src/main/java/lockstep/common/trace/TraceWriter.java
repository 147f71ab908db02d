package lockstep.common.trace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;

/**
 * A timeline in Chrome's trace format, an array of events: a process for each node, a thread for each track. Written as it comes, so that it is there when the process is killed; such a file lacks its closing bracket, which viewers
 * don't ask for. Ends at a size that viewers can take. Not for several threads.
 */
public final class TraceWriter implements AutoCloseable {
    private static final long DEFAULT_MAX_BYTES = 512L << 20;
    private static final double NS_PER_US = 1e3;

    private final Path path;
    private final FileChannel channel;
    private final long maxBytes;
    private final long zeroNs;
    private final List<String> nodes = new ArrayList<>();
    private final List<String> tracks = new ArrayList<>();
    private long writtenBytes;
    private long latestNs; // end of what was written so far
    private boolean full;

    /**
     * A new file.
     *
     * @param zeroNs our monotonic time at which the timeline begins
     * @throws lockstep.common.UserError when it exists
     */
    public static TraceWriter create(Path path, long zeroNs) {
        return create(path, zeroNs, DEFAULT_MAX_BYTES);
    }

    static TraceWriter create(Path path, long zeroNs, long maxBytes) {
        try {
            TraceWriter writer =
                new TraceWriter(path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), zeroNs, maxBytes);
            writer.append("[\n");
            return writer;
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    private TraceWriter(Path path, FileChannel channel, long zeroNs, long maxBytes) {
        this.path = path;
        this.channel = channel;
        this.zeroNs = zeroNs;
        this.latestNs = zeroNs;
        this.maxBytes = maxBytes;
    }

    /** Whether the file has reached its size: nothing more is written. */
    public boolean isFull() {
        return full;
    }

    /**
     * Writes a node's spans on our clock.
     *
     * @param taken by {@link TraceBuffer#take}
     * @throws IOException when they are none
     */
    public void write(String node, ClockOffset clock, byte[] taken) throws IOException {
        StringBuilder events = new StringBuilder();
        int pid = number(nodes, node, () -> event(events, "M", 0, nodes.size(), "process_name", "\"name\":" + quoted(node)));
        TraceBuffer.read(taken, new TraceBuffer.Reader() {
            @Override
            public void span(String onTrack, String what, long fromNs, long toNs) {
                int tid = number(tracks, node + " " + onTrack,
                    () -> event(events, "M", tracks.size(), pid, "thread_name", "\"name\":" + quoted(onTrack)));
                long ours = fromNs - clock.offsetNs();
                latestNs = Math.max(latestNs, ours);
                events.append(
                    String.format(Locale.ROOT, "{\"ph\":\"X\",\"pid\":%d,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f,\"name\":%s},\n", pid, tid,
                        (ours - zeroNs) / NS_PER_US, (toNs - fromNs) / NS_PER_US, quoted(what)));
            }

            @Override
            public void dropped(int spans) {
                events.append(String.format(Locale.ROOT,
                    "{\"ph\":\"i\",\"s\":\"p\",\"pid\":%d,\"tid\":0,\"ts\":%.3f,\"name\":\"%d spans had no room\"},\n", pid,
                    (latestNs - zeroNs) / NS_PER_US, spans));
            }
        });
        events.append(String.format(Locale.ROOT,
            "{\"ph\":\"C\",\"pid\":%d,\"ts\":%.3f,\"name\":\"clock error, us\",\"args\":{\"at most\":%.1f}},\n", pid,
            (latestNs - zeroNs) / NS_PER_US, clock.errorNs() / NS_PER_US));
        append(events.toString());
    }

    /** From 1 on; told when it is a new one. */
    private static int number(List<String> known, String name, Runnable isNew) {
        if (!known.contains(name)) {
            known.add(name);
            isNew.run();
        }
        return known.indexOf(name) + 1;
    }

    private static void event(StringBuilder events, String kind, int tid, int pid, String name, String args) {
        events.append(
            String.format(Locale.ROOT, "{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\",\"args\":{%s}},\n", kind, pid, tid, name,
                args));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void append(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (full || writtenBytes + bytes.length > maxBytes) {
            full = true;
            return;
        }
        try {
            DurableFile.content(bytes).write(channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
        writtenBytes += bytes.length;
    }

    @Override
    public void close() {
        try (channel) {
            // an element of its own, so that no comma stands before the bracket
            DurableFile.content("{\"ph\":\"M\",\"pid\":0,\"name\":\"end\",\"args\":{}}\n]\n".getBytes(StandardCharsets.US_ASCII))
                .write(channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }
}
