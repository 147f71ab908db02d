package lockstep.common.latency;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/** Reads a log of intervals, line by line, and names the line that is none. Of a last line that was cut off it takes no notice. */
public final class IntervalLogFile {
    /** Far beyond the longest histogram: 24,000 buckets of at most nine bytes, as base 64. */
    private static final int MAX_LINE = 400_000;
    private static final String TAG = "Tag=";
    private static final String EXPECTED = "expected Tag=<name>,<start in s>,<length in s>,<largest in ms>,<histogram>";
    private static final Pattern LINE = Pattern.compile("Tag=([^,]+),(\\d{1,12}\\.\\d{3}),(\\d{1,12}\\.\\d{3}),[0-9.]+,([A-Za-z0-9+/=]+)");

    private IntervalLogFile() {}

    /**
     * Hands over what each line holds, in the order of the file.
     *
     * @param to gets intervals of one tag each
     * @throws UserError naming the line that is none
     */
    public static void read(Path path, Consumer<Interval> to) {
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            StringBuilder line = new StringBuilder();
            int number = 1;
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c != '\n') {
                    line.append((char) c);
                    if (line.length() > MAX_LINE) {
                        throw wrong(path, number, "longer than " + MAX_LINE + " characters");
                    }
                    continue;
                }
                parse(path, number++, line.toString(), to);
                line.setLength(0);
            }
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    private static void parse(Path path, int number, String line, Consumer<Interval> to) {
        if (line.startsWith("#") || line.startsWith("\"StartTimestamp\"")) {
            return;
        }
        try {
            to.accept(interval(line));
        } catch (IOException e) {
            throw wrong(path, number, e.getMessage());
        }
    }

    /** The tag of a line, nothing where it has none: whoever wants some tags alone need not decode the others. */
    public static Optional<String> tag(String line) {
        return line.startsWith(TAG) && line.indexOf(',') > 0
            ? Optional.of(line.substring(TAG.length(), line.indexOf(',')))
            : Optional.empty();
    }

    /**
     * What one line holds: an interval of one tag.
     *
     * @throws IOException when it is no such line, with what it is instead
     */
    public static Interval interval(String line) throws IOException {
        Matcher fields = LINE.matcher(line);
        if (!fields.matches()) {
            throw new IOException("found " + line.substring(0, Math.min(40, line.length())));
        }
        try {
            long startMs = millis(fields.group(2));
            Interval interval = new Interval(startMs, startMs + millis(fields.group(3)));
            interval.add(fields.group(1), new Latencies(HistogramCode.decode(Base64.getDecoder().decode(fields.group(4)))));
            return interval;
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Of a number with three digits behind its point. */
    private static long millis(String seconds) {
        return Long.parseLong(seconds.replace(".", ""));
    }

    private static UserError wrong(Path path, int number, String found) {
        return new UserError(path + ": line " + number + ": " + found + ", " + EXPECTED + ". Delete that line to read the rest");
    }
}
