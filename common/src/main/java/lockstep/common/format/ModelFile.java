package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;

/** llm.c's model checkpoints: version 3 (fp32) is read and written, so is version 5 (bf16). */
public final class ModelFile {
    static final int FP32 = 3;
    static final int BF16 = 5;
    static final int UNPADDED = 1;
    private static final float LARGEST_BF16 = Float.intBitsToFloat(0x7F7F0000);
    private static final int INFINITE_BF16 = 0x7F80;

    private ModelFile() {}

    /** The shape in a model file whose header and size are right. */
    public static ModelShape readShape(Path path) {
        return BinaryFile.read(path, ForeignFile.Wanted.MODEL, (header, channel) -> shape(header, channel.size()));
    }

    /**
     * All parameters in file order.
     *
     * @throws UserError when the file can't be read, or a parameter is no finite number
     */
    public static float[] readParameters(Path path) {
        return readParameters(path, NonFinite.ADVICE);
    }

    /** @param advice why a parameter may be no finite number, and what the user can do: the end of the error */
    public static float[] readParameters(Path path, String advice) {
        return BinaryFile.read(path, ForeignFile.Wanted.MODEL, (header, channel) -> {
            ModelShape shape = shape(header, channel.size());
            float[] params = new float[parameterCount(header, shape)];
            if (header.at(1) == FP32) {
                Floats.read(channel, Header.BYTES, params);
            } else {
                Floats.readBf16(channel, Header.BYTES, params);
            }
            NonFinite.first(params, 0, params.length).ifPresent(index -> {
                throw NonFinite.error(path + ": " + shape.place(index), params[index], advice);
            });
            return params;
        });
    }

    private static int parameterCount(Header header, ModelShape shape) {
        try {
            return new ParameterLayout(shape).count();
        } catch (UserError e) {
            throw new UserError(header.path() + ": " + e.getMessage(), e);
        }
    }

    /** Writes version 3 at the channel's start. */
    public static void write(FileChannel channel, Path path, ModelShape shape, float[] params) throws IOException {
        header(path, FP32, shape, params).write(channel);
        Floats.write(channel, params);
    }

    /**
     * Writes version 5 at the channel's start: the parameters in bf16, to the nearest.
     *
     * @throws UserError when one of them is finite and would become infinite
     */
    public static void writeBf16(FileChannel channel, Path path, ModelShape shape, float[] params) throws IOException {
        for (int i = 0; i < params.length; i++) {
            if (Math.abs(params[i]) > LARGEST_BF16 && Float.isFinite(params[i])
                && (ValueOutput.toBf16(params[i]) & 0x7FFF) == INFINITE_BF16) {
                throw new UserError(path + ": " + shape.place(i) + ": found the weight " + params[i] + ", expected at most " + LARGEST_BF16
                    + ", the largest of bf16; take fp32");
            }
        }
        header(path, BF16, shape, params).write(channel);
        new ValueOutput(channel, _ -> {}).write(params, 0, params.length, ValueOutput.Width.BF16);
    }

    private static Header header(Path path, int version, ModelShape shape, float[] params) {
        requireLength(shape, params);
        return Header.empty(path).set(0, Header.MODEL).set(1, version).set(2, shape.maxT()).set(3, shape.V()).set(4, shape.L())
            .set(5, shape.NH()).set(6, shape.C()).set(7, shape.Vp());
    }

    /** Writes version 3 durably; an existing file is refused. */
    public static void write(Path path, ModelShape shape, float[] params) {
        requireLength(shape, params);
        DurableFile.create(path, channel -> write(channel, path, shape, params));
    }

    /** SHA-256 of the parameters as they stand in a version 3 file from byte 1024, in hexadecimal. */
    public static String weightsSha256(float[] params) {
        return Sha256.of(params);
    }

    /** The same of a version 3 file, without reading it into memory. */
    public static String weightsSha256(Path path) {
        return Sha256.from(path, Header.BYTES);
    }

    private static void requireLength(ModelShape shape, float[] params) {
        if (params.length != shape.parameterCount()) {
            throw new IllegalArgumentException("params must hold " + shape.parameterCount() + " values: " + params.length);
        }
    }

    static ModelShape shape(Header header, long fileBytes) {
        header.requireMagic(Header.MODEL, "a GPT-2 model of llm.c");
        int version = header.at(1);
        if (version == UNPADDED) {
            throw header.wrong("version", version,
                "3 (fp32) or 5 (bf16); version 1 lacks the padded vocabulary: write it again with a newer train_gpt2.py");
        }
        if (version != FP32 && version != BF16) {
            throw header.wrong("version", version, "3 (fp32) or 5 (bf16)");
        }
        int maxT = header.positive(2, "max_seq_len");
        int V = header.positive(3, "vocab_size");
        int L = header.positive(4, "num_layers");
        int NH = header.positive(5, "num_heads");
        int C = header.positive(6, "channels");
        int Vp = header.positive(7, "padded_vocab_size");
        requireHeads(header, NH, C);
        if (Vp < V || Vp % ModelShape.VOCABULARY_MULTIPLE != 0) {
            throw header.wrong("padded_vocab_size", Vp,
                "a multiple of " + ModelShape.VOCABULARY_MULTIPLE + " and at least vocab_size " + V);
        }
        ModelShape shape = new ModelShape(maxT, V, Vp, L, NH, C);
        header.requireSize(fileBytes, bytes(header, shape, fileBytes));
        return shape;
    }

    static void requireHeads(Header header, int NH, int C) {
        if (C % NH != 0) {
            throw header.wrong("num_heads", NH, "a divisor of channels " + C);
        }
    }

    private static long bytes(Header header, ModelShape shape, long fileBytes) {
        try {
            return Math.addExact(Header.BYTES, Math.multiplyExact(shape.parameterCount(), (long) bytesPerParameter(header)));
        } catch (ArithmeticException e) {
            throw header.wrong("size", fileBytes + " bytes", "that of " + shape + ", which no file can have");
        }
    }

    private static int bytesPerParameter(Header header) {
        return header.at(1) == BF16 ? Short.BYTES : Float.BYTES;
    }
}
