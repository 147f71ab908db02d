package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** llm.c's optimizer state: AdamW's moments of one process, without master weights and without a loader's permutations. */
public final class OptimizerStateFile {
    private static final int VERSION = 1;
    private static final int STEP = 10;

    private OptimizerStateFile() {}

    public static void write(FileChannel channel, Path path, int step, float[] m, float[] v) throws IOException {
        Header.empty(path).set(0, Header.OPTIMIZER_STATE).set(1, VERSION).set(2, 1).set(STEP, step).write(channel);
        Floats.write(channel, m);
        Floats.write(channel, v);
    }

    /** The step that the state belongs to. */
    public static int readStep(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return step(Header.read(path, channel));
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Fills m and v, whose length the file must have, and returns the step. */
    public static int read(Path path, float[] m, float[] v) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Header header = Header.read(path, channel);
            int step = step(header);
            long bytes = (long) Float.BYTES * m.length;
            header.requireSize(channel.size(), Header.BYTES + 2 * bytes);
            Floats.read(channel, Header.BYTES, m);
            Floats.read(channel, Header.BYTES + bytes, v);
            return step;
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    static int step(Header header) {
        header.requireMagic(Header.OPTIMIZER_STATE, "an optimizer state of llm.c");
        if (header.at(1) != VERSION) {
            throw header.wrong("version", header.at(1), String.valueOf(VERSION));
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
