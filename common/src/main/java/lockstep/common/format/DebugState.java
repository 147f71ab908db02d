package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import lockstep.common.model.ModelShape;

/**
 * PyTorch's answer to one batch.
 *
 * @param x (B,T) tokens
 * @param y (B,T) targets
 * @param logits (B,T,V), padding left out
 * @param gradients all parameters in model order, wte's padding rows zero
 */
public record DebugState(int B, int T, int[] x, int[] y, float[] logits, float lossNats, float[] gradients) {
    private static final int VERSION = 2;

    /** @param shape the model that the state belongs to: the file itself does not say its V */
    public static DebugState read(Path path, ModelShape shape) {
        return BinaryFile.read(path, ForeignFile.Wanted.DEBUG_STATE, (header, channel) -> {
            requireVersion(header);
            int B = header.positive(2, "B");
            int T = header.positive(3, "T");
            if (T > shape.maxT()) {
                throw header.wrong("T", T, "at most the model's max_seq_len " + shape.maxT());
            }
            return read(header, channel, shape, B, T);
        });
    }

    static void requireVersion(Header header) {
        header.requireMagic(Header.DEBUG_STATE, "a debug state of llm.c");
        if (header.at(1) != VERSION) {
            throw header.wrong("version", header.at(1), String.valueOf(VERSION));
        }
    }

    private static DebugState read(Header header, FileChannel channel, ModelShape shape, int B, int T) throws IOException {
        long rows = (long) B * T;
        requireSize(header, channel.size(), shape, rows);
        int[] x = new int[length(header, "x", rows)];
        int[] y = new int[x.length];
        float[] logits = new float[length(header, "logits", rows * shape.V())];
        float[] loss = new float[1];
        float[] gradients = new float[length(header, "gradients", shape.parameterCount())];
        long at = Header.BYTES;
        Floats.read(channel, at, x);
        at += Integer.BYTES * rows;
        Floats.read(channel, at, y);
        at += Integer.BYTES * rows;
        Floats.read(channel, at, logits);
        at += (long) Float.BYTES * logits.length;
        Floats.read(channel, at, loss);
        Floats.read(channel, at + Float.BYTES, gradients);
        requireTokens(header, "x", x, shape.V());
        requireTokens(header, "y", y, shape.V());
        return new DebugState(B, T, x, y, logits, loss[0], gradients);
    }

    /** Before anything is allocated: x, y, logits, the loss and the gradients, 4 bytes each. */
    private static void requireSize(Header header, long fileBytes, ModelShape shape, long rows) {
        try {
            long values = Math.addExact(Math.multiplyExact(rows, 2L + shape.V()), Math.addExact(1L, shape.parameterCount()));
            long expected = Math.addExact(Header.BYTES, Math.multiplyExact((long) Float.BYTES, values));
            if (fileBytes != expected) {
                throw header.wrong("size", fileBytes + " bytes", expected + " for B=" + header.at(2) + ", T=" + header.at(3)
                    + " and a model of V=" + shape.V() + " with " + shape.parameterCount() + " parameters");
            }
        } catch (ArithmeticException e) {
            throw header.wrong("B, T", header.at(2) + ", " + header.at(3), "sizes that a file of " + fileBytes + " bytes can have");
        }
    }

    private static int length(Header header, String field, long n) {
        if (n > Integer.MAX_VALUE - 8) {
            throw header.wrong(field, n + " values", "at most the " + (Integer.MAX_VALUE - 8) + " that one Java array holds");
        }
        return (int) n;
    }

    private static void requireTokens(Header header, String field, int[] tokens, int V) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= V) {
                throw header.wrong(field + "[" + i + "]", tokens[i], "a token in 0.." + (V - 1));
            }
        }
    }
}
