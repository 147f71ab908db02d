package lockstep.common.latency;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;

/**
 * Intervals in HdrHistogram's log format, one line a tag, which HdrHistogram's own HistogramLogProcessor reads. A log that is there already goes on where its last whole line ends: times stand as seconds since 1970, so lines
 * of several processes follow each other.
 *
 * <p>
 * An interval is one write: the operating system has it before {@link #write} returns, so that a process that is killed loses nothing of it. Nothing waits for the disk, which is for what a run can't be without.
 */
public final class IntervalLog implements AutoCloseable {
    /** A value's unit in that of the largest value of a line: microseconds in a millisecond. */
    private static final double US_PER_MS = 1e3;

    private final Path path;
    private final FileChannel channel;
    private final String what;

    private IntervalLog(Path path, FileChannel channel, String what) {
        this.path = path;
        this.channel = channel;
        this.what = what;
    }

    /**
     * Opens a log, or begins one.
     *
     * @param what is measured, for those who look into the file
     */
    public static IntervalLog open(Path path, String what) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                goToEnd(channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return new IntervalLog(path, channel, what);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Behind the last whole line: what follows is the rest of a write that was cut off. */
    private static void goToEnd(FileChannel channel) throws IOException {
        long end = channel.size();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (end > 0 && channel.read(one.clear(), end - 1) == 1 && one.get(0) != '\n') {
            end--;
        }
        channel.truncate(end);
        channel.position(end);
    }

    /** Appends an interval, after the header where the log is a new one. */
    public void write(Interval interval) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            if (channel.position() == 0) {
                begin(writer, interval.startMs());
            }
            interval.byTag().forEach((tag, latencies) -> {
                Histogram histogram = latencies.histogram();
                histogram.setTag(tag);
                writer.outputIntervalHistogram(interval.startMs() / 1e3, interval.endMs() / 1e3, histogram, US_PER_MS);
            });
            out.flush();
            DurableFile.content(bytes.toByteArray()).write(channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** HdrHistogram's tools leave out what lies before the start time. */
    private void begin(HistogramLogWriter writer, long startMs) {
        writer.outputComment("[Lockstep: " + what + "; values in microseconds, the largest of a line in milliseconds]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(startMs);
        writer.outputBaseTime(0);
        writer.outputLegend();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }
}
