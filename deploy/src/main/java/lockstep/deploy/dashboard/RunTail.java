package lockstep.deploy.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import lockstep.common.format.FileSlice;

/**
 * A file of lines as it grows, from its first byte on. A file may also begin anew under its name: a resumed run cuts its logs, and another leading node may write into a directory of its own. This shows in the last bytes that
 * were read, which are then no longer where they were.
 */
final class RunTail {
    private static final int WITNESS_BYTES = 64;
    /** Far beyond a line of any of our logs. What is longer is left out. */
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final String name;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private boolean skipping;
    private long offset;
    /** The bytes before the offset. */
    private byte[] witness = {};

    /**
     * What one look brought.
     *
     * @param restarted whether the lines are the first ones of another file under that name
     * @param lines whole ones, without their ends
     * @param more whether there is more to read now
     */
    record Batch(boolean restarted, List<String> lines, boolean more) {
        boolean isEmpty() {
            return !restarted && lines.isEmpty();
        }
    }

    RunTail(String name) {
        this.name = name;
    }

    /** Reads on, a bounded piece. */
    Batch read(RunFiles files) throws IOException {
        Optional<FileSlice> slice = files.read(name, offset - witness.length, FileSlice.MAX_BYTES);
        if (slice.isPresent() && goesOn(slice.get())) {
            return take(slice.get());
        }
        boolean restarted = offset > 0;
        offset = 0;
        witness = new byte[0];
        unfinished.reset();
        skipping = false;
        return new Batch(restarted, List.of(), restarted && slice.isPresent());
    }

    private boolean goesOn(FileSlice slice) {
        byte[] bytes = slice.bytes();
        return bytes.length >= witness.length && Arrays.equals(witness, 0, witness.length, bytes, 0, witness.length);
    }

    private Batch take(FileSlice slice) {
        byte[] bytes = slice.bytes();
        List<String> lines = new ArrayList<>();
        int start = witness.length;
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                finish(bytes, start, i, lines);
                start = i + 1;
            }
        }
        append(bytes, start, bytes.length);
        offset += bytes.length - witness.length;
        witness = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - WITNESS_BYTES), bytes.length);
        return new Batch(false, lines, offset < slice.fileBytes());
    }

    private void finish(byte[] bytes, int start, int end, List<String> lines) {
        append(bytes, start, end);
        if (!skipping) {
            lines.add(unfinished.toString(StandardCharsets.UTF_8));
        }
        skipping = false;
        unfinished.reset();
    }

    private void append(byte[] bytes, int start, int end) {
        skipping |= unfinished.size() + (end - start) > MAX_LINE_BYTES;
        if (skipping) {
            unfinished.reset();
        } else {
            unfinished.write(bytes, start, end - start);
        }
    }
}
