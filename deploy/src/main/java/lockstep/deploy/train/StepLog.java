package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;

/** A log of lines by ascending step, written line by line. */
final class StepLog implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private StepLog(Path path, FileChannel channel) {
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
        try {
            if (Files.exists(path)) {
                cut(path, stepOfLine, lastStep);
            }
            return new StepLog(path,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
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

    private static void cut(Path path, Pattern stepOfLine, long lastStep) throws IOException {
        long keptBytes = 0;
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            // One char is one byte here, and every line of ours ends with one newline.
            for (String line = lines.readLine(); line != null && belongs(line, stepOfLine, lastStep); line = lines.readLine()) {
                keptBytes += line.length() + 1;
            }
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean lastLineIsWhole = keptBytes <= file.size();
            file.truncate(lastLineIsWhole ? keptBytes : startOfLastLine(file));
            file.force(true);
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

    private static boolean belongs(String line, Pattern stepOfLine, long lastStep) {
        Matcher matcher = stepOfLine.matcher(line);
        return matcher.matches() && Long.parseLong(matcher.group(1)) <= lastStep;
    }
}
