package lockstep.node.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.OptionalDouble;

import lockstep.common.checkpoint.WindowState;

/** The part of a {@link TrainingState} that is in no array of weights, as bytes for another node: step, the two spike windows, the best validation loss. */
record ProgressBytes(int step, WindowState lossWindow, WindowState gradWindow, OptionalDouble bestValLossNats) {
    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(step);
            write(lossWindow, out);
            write(gradWindow, out);
            out.writeBoolean(bestValLossNats.isPresent());
            out.writeDouble(bestValLossNats.orElse(0));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException when they are none */
    static ProgressBytes read(byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int step = in.readInt();
            WindowState loss = readWindow(in);
            WindowState grad = readWindow(in);
            boolean measured = in.readBoolean();
            double best = in.readDouble();
            return new ProgressBytes(step, loss, grad, measured ? OptionalDouble.of(best) : OptionalDouble.empty());
        } catch (IOException e) {
            throw new IllegalArgumentException("a state's progress of " + bytes.length + " bytes can't be read", e);
        }
    }

    private static void write(WindowState window, DataOutputStream out) throws IOException {
        out.writeInt(window.count());
        out.writeInt(window.index());
        out.writeDouble(window.sum());
        out.writeDouble(window.sumOfSquares());
        for (int i = 0; i < window.count(); i++) {
            out.writeDouble(window.values()[i]);
        }
    }

    private static WindowState readWindow(DataInputStream in) throws IOException {
        int count = in.readInt();
        int index = in.readInt();
        double sum = in.readDouble();
        double sumOfSquares = in.readDouble();
        if (count < 0 || count > SpikeWindow.SIZE) {
            throw new IOException("a window of " + count + " values, expected 0 to " + SpikeWindow.SIZE);
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readDouble();
        }
        return new WindowState(values, count, index, sum, sumOfSquares);
    }
}
