package lockstep.common.latency;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IntervalTest {
    @Test
    void intervalsAddExactly() {
        Interval one = interval(1000, 2000, "step", 1, 5, 70_000);
        Interval other = interval(1500, 4000, "step", 5, 3_000_000);
        other.add("adamw", latencies(9));
        one.add(other);
        assertEquals(interval(0, 0, "step", 1, 5, 70_000, 5, 3_000_000).of("step"), one.of("step"));
        assertEquals(latencies(9), one.of("adamw"));
        assertEquals(1000, one.startMs());
        assertEquals(4000, one.endMs());
    }

    @Test
    void anIntervalCrossesTheClusterWhole() throws IOException {
        Interval interval = interval(1000, 2000, "step", 1, 5, 70_000, 3_600_000_000L);
        interval.add("peer-10.0.0.1:5701", latencies(12));
        byte[] written = interval.write();
        Interval read = Interval.read(written);
        assertEquals(interval.byTag(), read.byTag());
        assertEquals(1000, read.startMs());
        assertEquals(2000, read.endMs());
        assertArrayEquals(written, read.write());
        assertTrue(written.length < 300, written.length + " bytes");
    }

    /** Every byte that is another one gives an interval or an error that names what is wrong, and never a large array. */
    @Test
    void brokenBytesAreRefused() throws IOException {
        byte[] written = interval(1000, 2000, "step", 1, 5, 70_000).write();
        for (int length = 0; length < written.length; length++) {
            byte[] cut = Arrays.copyOf(written, length);
            assertThrows(IOException.class, () -> Interval.read(cut), "cut to " + length);
        }
        for (int i = 0; i < written.length; i++) {
            byte[] flipped = written.clone();
            flipped[i] ^= (byte) 0x55;
            try {
                Interval.read(flipped);
            } catch (IOException expected) {
                assertTrue(!expected.getMessage().isEmpty());
            }
        }
    }

    @Test
    void aHistogramOfAnotherRangeIsRefusedBeforeItIsBuilt() throws IOException {
        Histogram huge = new Histogram(1L << 60, 5);
        huge.recordValue(7);
        ByteBuffer encoded = ByteBuffer.allocate(huge.getNeededByteBufferCapacity());
        int length = huge.encodeIntoCompressedByteBuffer(encoded);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0);
        out.writeLong(0);
        out.writeInt(1);
        out.writeUTF("step");
        out.writeInt(length);
        out.write(encoded.array(), 0, length);
        String message = assertThrows(IOException.class, () -> Interval.read(bytes.toByteArray())).getMessage();
        assertTrue(message.startsWith("a histogram up to 1152921504606846976 with 5 digits, expected up to 3600000000"), message);
    }

    @Test
    void moreTagsThanANodeHasAreRefused() {
        byte[] bytes = ByteBuffer.allocate(20).putInt(16, 1 << 30).array();
        assertEquals("1073741824 tags, expected 0 to 1200", assertThrows(IOException.class, () -> Interval.read(bytes)).getMessage());
    }

    static Interval interval(long startMs, long endMs, String tag, long... micros) {
        Interval interval = new Interval(startMs, endMs);
        interval.add(tag, latencies(micros));
        return interval;
    }

    private static Latencies latencies(long... micros) {
        Latencies latencies = new Latencies();
        for (long us : micros) {
            latencies.record(us * 1000);
        }
        return latencies;
    }
}
