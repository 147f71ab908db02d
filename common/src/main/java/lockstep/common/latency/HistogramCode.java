package lockstep.common.latency;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import org.HdrHistogram.Histogram;

/** HdrHistogram's compressed encoding (V2), read with care: a header that is not ours would decide what is allocated. */
final class HistogramCode {
    private static final int COMPRESSED_HEADER_BYTES = 8; // cookie, length
    private static final int HEADER_BYTES = 40; // cookie, payload's length, index offset, digits, lowest, highest, ratio
    private static final int DIGITS_AT = 12;
    private static final int HIGHEST_AT = 24;

    private HistogramCode() {}

    static byte[] encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Arrays.copyOf(buffer.array(), length);
    }

    /** @throws IOException when it is no histogram, or one of another range or precision */
    static Histogram decode(byte[] bytes) throws IOException {
        requireOurs(bytes);
        try {
            Histogram histogram = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
            requireRange(histogram.getNumberOfSignificantValueDigits(), histogram.getHighestTrackableValue());
            return histogram;
        } catch (DataFormatException | IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new IOException("no histogram: " + e.getMessage(), e);
        }
    }

    private static void requireOurs(byte[] bytes) throws IOException {
        if (bytes.length <= COMPRESSED_HEADER_BYTES) {
            throw new IOException("no histogram: " + bytes.length + " bytes");
        }
        byte[] header = new byte[HEADER_BYTES];
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(bytes, COMPRESSED_HEADER_BYTES, bytes.length - COMPRESSED_HEADER_BYTES);
            if (inflater.inflate(header) < HEADER_BYTES) {
                throw new IOException("no histogram: its header is cut off");
            }
        } catch (DataFormatException e) {
            throw new IOException("no histogram: " + e.getMessage(), e);
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        requireRange(fields.getInt(DIGITS_AT), fields.getLong(HIGHEST_AT));
    }

    private static void requireRange(int digits, long highestUs) throws IOException {
        if (digits != Latencies.DIGITS || highestUs != Latencies.LONGEST_US) {
            throw new IOException("a histogram up to " + highestUs + " with " + digits + " digits, expected up to " + Latencies.LONGEST_US
                + " (µs) with " + Latencies.DIGITS);
        }
    }
}
