package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;

/** A log of lines by ascending step, written line by line. */
final class StepLog implements AutoCloseable {
    /** Matches nothing. */
    private static final Pattern NONE = Pattern.compile("(?!)");

    private final Path path;
    private final FileChannel channel;
    private final OptionalInt lastStep;

    private StepLog(Path path, FileChannel channel, OptionalInt lastStep) {
        this.lastStep = lastStep;
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a log to go on at the end of those lines that a resumed run doesn't write again: from the first one past {@code lastStep} on,
     * or the first that is no
     * whole line of this log, everything is cut off durably. A process that was killed may have left both.
     *
     * @param stepOfLine its first group is the line's step
     */
    static StepLog open(Path path, Pattern stepOfLine, long lastStep) {
        return open(path, new Lines(stepOfLine, NONE), lastStep);
    }

    /**
     * The lines of a log.
     *
     * @param step its first group is the line's step
     * @param ofBoundary lines of what came after their step, which a run that goes on there does again: of the last step these are cut off, too
     */
    record Lines(Pattern step, Pattern ofBoundary) {}

    /** {@link #open(Path, Pattern, long)} of a log that has lines of two kinds. */
    static StepLog open(Path path, Lines stepOfLine, long lastStep) {
        try {
            OptionalInt found = Files.exists(path) ? cut(path, stepOfLine, lastStep) : OptionalInt.empty();
            return new StepLog(path,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND), found);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Of the last line that was there when it was opened. */
    OptionalInt lastStep() {
        return lastStep;
    }

    /** @param text one line without its end */
    void line(String text) {
        try {
            DurableFile.content((text + "\n").getBytes(StandardCharsets.UTF_8)).write(channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Makes all lines so far durable. */
    void force() {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    @Override
    public void close() {
        force();
        try {
            channel.close();
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Returns the step of the last line that stays. */
    private static OptionalInt cut(Path path, Lines stepOfLine, long lastStep) throws IOException {
        long keptBytes = 0;
        OptionalInt last = OptionalInt.empty();
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            // One char is one byte here, and every line of ours ends with one newline.
            for (String line = lines.readLine(); line != null && belongs(line, stepOfLine, lastStep); line = lines.readLine()) {
                keptBytes += line.length() + 1;
                last = OptionalInt.of(step(line, stepOfLine).orElseThrow());
            }
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean lastLineIsWhole = keptBytes <= file.size();
            file.truncate(lastLineIsWhole ? keptBytes : startOfLastLine(file));
            file.force(true);
            boolean cutOff = !lastLineIsWhole && last.isPresent();
            return cutOff ? OptionalInt.of(last.getAsInt() - 1) : last;
        }
    }

    /** The last line may look whole and lack its newline alone: it is cut, too. */
    private static long startOfLastLine(FileChannel file) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        long start = file.size();
        while (start > 0) {
            file.read(one.clear(), start - 1);
            if (one.get(0) == '\n') {
                break;
            }
            start--;
        }
        return start;
    }

    private static boolean belongs(String line, Lines stepOfLine, long lastStep) {
        OptionalInt step = step(line, stepOfLine);
        long last = stepOfLine.ofBoundary().matcher(line).matches() ? lastStep - 1 : lastStep;
        return step.isPresent() && step.getAsInt() <= last;
    }

    private static OptionalInt step(String line, Lines stepOfLine) {
        Matcher matcher = stepOfLine.step().matcher(line);
        boolean whole = matcher.matches() && Long.parseLong(matcher.group(1)) <= Integer.MAX_VALUE;
        return whole ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
