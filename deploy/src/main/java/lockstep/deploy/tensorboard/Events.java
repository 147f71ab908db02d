package lockstep.deploy.tensorboard;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * TensorFlow's Event and Summary messages, by the field numbers of {@code event.proto}, {@code summary.proto}, {@code histogram.proto} and {@code tensor.proto}. Scalars and histograms are in the form that needs no tensors, which
 * PyTorch's writer uses, too.
 */
final class Events {
    private static final String VERSION = "brain.Event:2";
    private static final int SESSION_START = 1;
    private static final int DT_STRING = 7;

    /** One point, or one picture, of a summary. */
    record Value(byte[] bytes) {}

    private Events() {}

    /** What a file begins with. */
    static byte[] version(double wallTimeS) {
        Message event = out -> {
            out.writeDouble(1, wallTimeS);
            out.writeString(3, VERSION);
        };
        return event.bytes();
    }

    /**
     * The process starts, or starts again: readers forget what earlier files say of this step and of later ones.
     *
     * @param step the first one that this file will tell of
     */
    static byte[] start(double wallTimeS, long step) {
        Message session = out -> out.writeEnum(1, SESSION_START);
        Message event = out -> {
            out.writeDouble(1, wallTimeS);
            out.writeInt64(2, step);
            out.writeByteArray(7, session.bytes());
        };
        return event.bytes();
    }

    static byte[] summary(double wallTimeS, long step, List<Value> values) {
        Message summary = out -> {
            for (Value value : values) {
                out.writeByteArray(1, value.bytes());
            }
        };
        Message event = out -> {
            out.writeDouble(1, wallTimeS);
            out.writeInt64(2, step);
            out.writeByteArray(5, summary.bytes());
        };
        return event.bytes();
    }

    static Value scalar(String tag, double value) {
        Message scalar = out -> {
            out.writeString(1, tag);
            out.writeFloat(2, (float) value);
        };
        return new Value(scalar.bytes());
    }

    static Value histogram(String tag, NormHistogram histogram) {
        Message histo = out -> {
            out.writeDouble(1, histogram.min());
            out.writeDouble(2, histogram.max());
            out.writeDouble(3, histogram.count());
            out.writeDouble(4, histogram.sum());
            out.writeDouble(5, histogram.sumOfSquares());
            out.writeByteArray(6, packed(histogram.limits()));
            out.writeByteArray(7, packed(histogram.counts()));
        };
        Message value = out -> {
            out.writeString(1, tag);
            out.writeByteArray(5, histo.bytes());
        };
        return new Value(value.bytes());
    }

    /** Text, which TensorBoard takes for Markdown: indented by four spaces it shows it as it is. */
    static Value text(String tag, String text) {
        Message plugin = out -> out.writeString(1, "text");
        Message metadata = out -> out.writeByteArray(1, plugin.bytes());
        Message dimension = out -> out.writeInt64(1, 1);
        Message shape = out -> out.writeByteArray(2, dimension.bytes());
        Message tensor = out -> {
            out.writeEnum(1, DT_STRING);
            out.writeByteArray(2, shape.bytes());
            out.writeByteArray(8, ("    " + text.replace("\n", "\n    ")).getBytes(StandardCharsets.UTF_8));
        };
        Message value = out -> {
            out.writeString(1, tag);
            out.writeByteArray(8, tensor.bytes());
            out.writeByteArray(9, metadata.bytes());
        };
        return new Value(value.bytes());
    }

    private static byte[] packed(List<Double> values) {
        Message doubles = out -> {
            for (double value : values) {
                out.writeDoubleNoTag(value);
            }
        };
        return doubles.bytes();
    }
}
