package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Header header = Header.read(path, channel);
            header.requireMagic(Header.DEBUG_STATE, "a debug state of llm.c");
            if (header.at(1) != VERSION) {
                throw header.wrong("version", header.at(1), String.valueOf(VERSION));
            }
            int B = header.positive(2, "B");
            int T = header.positive(3, "T");
            if (T > shape.maxT()) {
                throw header.wrong("T", T, "at most the model's max_seq_len " + shape.maxT());
            }
            return read(header, channel, shape, B, T);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    private static DebugState read(Header header, FileChannel channel, ModelShape shape, int B, int T) throws IOException {
        long rows = (long) B * T;
        // in double first, which can't overflow: an absurd header must not get as far as an allocation
        double expected = Header.BYTES + 4.0 * (2.0 * rows + (double) rows * shape.V() + 1 + shape.parameterCount());
        if (expected != channel.size()) {
            throw header.wrong("size", channel.size() + " bytes",
                String.format("%.0f for B=%d, T=%d and a model of V=%d with %d parameters", expected, B, T,
                    shape.V(), shape.parameterCount()));
        }
        int[] x = new int[Math.toIntExact(rows)];
        int[] y = new int[x.length];
        float[] logits = new float[Math.toIntExact(rows * shape.V())];
        float[] loss = new float[1];
        float[] gradients = new float[Math.toIntExact(shape.parameterCount())];
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

    private static void requireTokens(Header header, String field, int[] tokens, int V) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= V) {
                throw header.wrong(field + "[" + i + "]", tokens[i], "a token in 0.." + (V - 1));
            }
        }
    }
}
