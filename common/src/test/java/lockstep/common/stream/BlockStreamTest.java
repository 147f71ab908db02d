package lockstep.common.stream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

class BlockStreamTest {
    private final List<Integer> counts = new ArrayList<>();
    private final BlockStream stream = new BlockStream(new ByteArrayInputStream(new byte[] {(byte) 0xFF, 1, 2, 3, 4})) {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, Math.min(length, 2));
            counts.add(count);
            return count;
        }
    };

    @Test
    void everyByteComesByABlock() throws IOException {
        assertEquals(0xFF, stream.read());
        assertEquals(3, stream.skip(3));
        assertEquals(4, stream.read());
        assertEquals(-1, stream.read());
        assertEquals(List.of(1, 2, 1, 1, -1), counts);
    }

    @Test
    void noMarkGoesPastTheBlocks() {
        assertFalse(stream.markSupported());
        assertThrows(IOException.class, stream::reset);
    }

    @Test
    void closingItClosesTheStreamBelow() throws IOException {
        boolean[] closed = {false};
        InputStream below = new ByteArrayInputStream(new byte[0]) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        new BlockStream(below) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return in.read(target, offset, length);
            }
        }.close();
        assertEquals(true, closed[0]);
    }
}
