package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * The optimizer's state as llm.c's CUDA trainer writes it, {@code state_<step>_<rank>.bin}: AdamW's moments, in training with bf16 weights their fp32 masters, and the order of its data.
 *
 * <p>
 * One process's state is taken where it is the whole: of one process, or of several that don't divide it among them. The order of the data is checked for its size and left aside.
 */
public final class TrainerStateFile {
    private static final int VERSION = 1;
    private static final int PROCESSES = 2;
    private static final int RANK = 3;
    private static final int MASTER = 4;
    private static final int SHUFFLED = 5;
    private static final int STEP = 10;
    private static final int RNG = 20;
    private static final int RNG_LAST_UPDATE = 22;
    /** The trainer's own first state of the generator for stochastic rounding. */
    private static final int FIRST_RNG = 13371337;
    /** llm.c's mt19937_state. */
    private static final long GENERATOR_BYTES = 2520;

    private TrainerStateFile() {}

    /** What a file has beside the moments. */
    private record Extent(int step, boolean master) {}

    /**
     * The steps that were done.
     *
     * @param parameters of the model, padding included
     * @throws lockstep.common.UserError when the file isn't the whole state of such a model
     */
    public static int readStep(Path path, long parameters) {
        return BinaryFile.read(path, ForeignFile.Wanted.STATE, (header, channel) -> extent(header, channel, parameters).step);
    }

    /**
     * Fills m and v, and the parameters where the file has masters of them, and returns the step.
     *
     * @param params as the model's file has them
     * @throws lockstep.common.UserError when the file can't be read, or a value is no finite number
     */
    public static int read(Path path, float[] params, float[] m, float[] v) {
        return BinaryFile.read(path, ForeignFile.Wanted.STATE, (header, channel) -> {
            Extent extent = extent(header, channel, params.length);
            long bytes = (long) Float.BYTES * params.length;
            Floats.read(channel, Header.BYTES, m);
            Floats.read(channel, Header.BYTES + bytes, v);
            if (extent.master) {
                Floats.read(channel, Header.BYTES + 2 * bytes, params);
                OptimizerStateFile.requireFinite(path, "master weights", params, NonFinite.ADVICE);
            }
            OptimizerStateFile.requireFinite(path, "m", m, NonFinite.ADVICE);
            OptimizerStateFile.requireFinite(path, "v", v, NonFinite.ADVICE);
            return extent.step;
        });
    }

    /**
     * Writes the state of one process that reads its data in order, from their beginning.
     *
     * @param master whether params are to be written, too, as a trainer with bf16 weights asks for
     */
    public static void write(FileChannel channel, Path path, int step, float[][] paramsMV, boolean master, LongConsumer progress)
        throws IOException {
        Header.empty(path).set(0, Header.OPTIMIZER_STATE).set(1, VERSION).set(PROCESSES, 1).set(MASTER, master ? 1 : 0).set(STEP, step)
            .set(RNG, FIRST_RNG).set(RNG_LAST_UPDATE, FIRST_RNG).write(channel);
        ValueOutput output = new ValueOutput(channel, progress);
        for (int i : master ? new int[] {1, 2, 0} : new int[] {1, 2}) {
            output.write(paramsMV[i], 0, paramsMV[i].length, ValueOutput.Width.FP32);
        }
    }

    private static Extent extent(Header header, FileChannel channel, long parameters) throws IOException {
        OptimizerStateFile.requireVersion(header);
        int processes = header.positive(PROCESSES, "num_processes");
        if (header.at(RANK) < 0 || header.at(RANK) >= processes) {
            throw header.wrong("rank", header.at(RANK), "0.." + (processes - 1));
        }
        boolean master = flag(header, MASTER, "use_master_weights");
        boolean shuffled = flag(header, SHUFFLED, "should_shuffle");
        if (header.at(STEP) < 0) {
            throw header.wrong("step", header.at(STEP), "a number >= 0");
        }
        long arrays = Math.multiplyExact(parameters, (master ? 3L : 2L) * Float.BYTES);
        requireWhole(header, channel.size() - Header.BYTES, arrays, processes);
        header.requireSize(channel.size(), Header.BYTES + arrays + (shuffled ? orderBytes(header, channel, Header.BYTES + arrays) : 0));
        return new Extent(header.at(STEP), master);
    }

    /** A process of several may hold its part alone. */
    private static void requireWhole(Header header, long bodyBytes, long arrays, int processes) {
        if (bodyBytes < arrays && processes > 1 && bodyBytes >= arrays / processes) {
            throw header.wrong("size", bodyBytes + " bytes behind the header", arrays + ": this is one of " + processes
                + " parts that its trainer's processes divided among them (-z 1); train there with one process or -z 0");
        }
    }

    private static boolean flag(Header header, int index, String field) {
        if (header.at(index) != 0 && header.at(index) != 1) {
            throw header.wrong(field, header.at(index), "0 or 1");
        }
        return header.at(index) == 1;
    }

    /** The order of the shards, that of the open shard's samples, and the generator. */
    private static long orderBytes(Header header, FileChannel channel, long at) throws IOException {
        long shards = count(header, channel, at, "number of shards");
        long samplesAt = at + Long.BYTES + shards * Integer.BYTES;
        long samples = count(header, channel, samplesAt, "number of samples");
        return samplesAt + Long.BYTES + samples * Integer.BYTES + GENERATOR_BYTES - at;
    }

    private static long count(Header header, FileChannel channel, long at, String field) throws IOException {
        header.requireAtLeast(channel.size(), at + Long.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // until the number is whole
        }
        long count = bytes.getLong(0);
        if (count < 0 || count > (channel.size() - at) / Integer.BYTES) {
            throw header.wrong(field, Long.toUnsignedString(count), "what a file of " + channel.size() + " bytes can hold");
        }
        return count;
    }
}
