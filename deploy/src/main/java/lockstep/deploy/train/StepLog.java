package lockstep.deploy.train;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
    /** A byte order mark in UTF-8, and the ends of a line. */
    private static final Pattern OTHERS = Pattern.compile("^\u00ef\u00bb\u00bf|\\r?\\n$");

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
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            for (String line = next(in); belongs(line, stepOfLine, lastStep); line = next(in)) {
                keptBytes += line.length();
                last = step(line, stepOfLine);
            }
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(keptBytes);
            file.force(true);
        }
        return last;
    }

    /** The next line with its end, one char a byte; empty at the end of the file. */
    private static String next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int one = in.read(); one >= 0; one = in.read()) {
            line.write(one);
            if (one == '\n') {
                break;
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** A line that lacks its end does not belong: it may look whole, and still be cut off. */
    private static boolean belongs(String line, Lines stepOfLine, long lastStep) {
        OptionalInt step = step(line, stepOfLine);
        long last = stepOfLine.ofBoundary().matcher(content(line)).matches() ? lastStep - 1 : lastStep;
        return line.endsWith("\n") && step.isPresent() && step.getAsInt() <= last;
    }

    /** The line as this log wrote it. An editor or a copy of another system may have put its own end in the place of ours, and a mark before the first one. */
    private static String content(String line) {
        return OTHERS.matcher(line).replaceAll("");
    }

    private static OptionalInt step(String line, Lines stepOfLine) {
        Matcher matcher = stepOfLine.step().matcher(content(line));
        boolean whole = matcher.matches() && Long.parseLong(matcher.group(1)) <= Integer.MAX_VALUE;
        return whole ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
