package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** llm.c's optimizer state: AdamW's moments of one process, without master weights and without a loader's permutations. */
public final class OptimizerStateFile {
    private static final int VERSION = 1;
    private static final int STEP = 10;

    private OptimizerStateFile() {}

    public static void write(FileChannel channel, Path path, int step, float[] m, float[] v) throws IOException {
        requireSameLength(m, v);
        Header.empty(path).set(0, Header.OPTIMIZER_STATE).set(1, VERSION).set(2, 1).set(STEP, step).write(channel);
        Floats.write(channel, m);
        Floats.write(channel, v);
    }

    /** Writes the state durably; an existing file is refused. */
    public static void write(Path path, int step, float[] m, float[] v) {
        DurableFile.create(path, channel -> write(channel, path, step, m, v));
    }

    /** The step that the state belongs to. */
    public static int readStep(Path path) {
        return BinaryFile.read(path, ForeignFile.Wanted.STATE, (header, _) -> step(header));
    }

    /**
     * Fills m and v, whose length the file must have, and returns the step.
     *
     * @throws lockstep.common.UserError when the file can't be read, or a moment is no finite number
     */
    public static int read(Path path, float[] m, float[] v) {
        return read(path, m, v, NonFinite.ADVICE);
    }

    /** @param advice why a moment may be no finite number, and what the user can do: the end of the error */
    public static int read(Path path, float[] m, float[] v, String advice) {
        requireSameLength(m, v);
        return BinaryFile.read(path, ForeignFile.Wanted.STATE, (header, channel) -> {
            int step = step(header);
            long bytes = (long) Float.BYTES * m.length;
            header.requireSize(channel.size(), Header.BYTES + 2 * bytes);
            Floats.read(channel, Header.BYTES, m);
            Floats.read(channel, Header.BYTES + bytes, v);
            requireFinite(path, "m", m, advice);
            requireFinite(path, "v", v, advice);
            return step;
        });
    }

    static void requireFinite(Path path, String name, float[] values, String advice) {
        NonFinite.first(values, 0, values.length).ifPresent(index -> {
            throw NonFinite.error(path + ": " + name + ": value " + index, values[index], advice);
        });
    }

    /** SHA-256 of the moments as they stand in a file from byte 1024, in hexadecimal. */
    public static String momentsSha256(float[] m, float[] v) {
        return Sha256.of(m, v);
    }

    /** The same of a file. */
    public static String momentsSha256(Path path) {
        return Sha256.from(path, Header.BYTES);
    }

    private static void requireSameLength(float[] m, float[] v) {
        if (m.length != v.length) {
            throw new IllegalArgumentException("m and v must have the same length: " + m.length + ", " + v.length);
        }
    }

    static void requireVersion(Header header) {
        header.requireMagic(Header.OPTIMIZER_STATE, "an optimizer state of llm.c");
        if (header.at(1) != VERSION) {
            throw header.wrong("version", header.at(1), String.valueOf(VERSION));
        }
    }

    private static int step(Header header) {
        requireVersion(header);
        if (header.at(2) != 1 || header.at(3) != 0) {
            throw header.wrong("num_processes, rank", header.at(2) + ", " + header.at(3), "1, 0: the state of one process");
        }
        if (header.at(4) != 0 || header.at(5) != 0) {
            throw header.wrong("use_master_weights, should_shuffle", header.at(4) + ", " + header.at(5),
                "0, 0: a state that Lockstep wrote");
        }
        if (header.at(STEP) < 0) {
            throw header.wrong("step", header.at(STEP), "a number >= 0");
        }
        return header.at(STEP);
    }
}
