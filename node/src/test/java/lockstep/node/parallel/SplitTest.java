package lockstep.node.parallel;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SplitTest {
    @Test
    void partsCoverTheRangeOnceAndInOrder() {
        for (int n = 0; n < 70; n++) {
            for (int parts = 1; parts < 20; parts++) {
                for (int unit : new int[] {1, 6, 16}) {
                    Split split = Split.into(parts, n, unit);
                    int at = 0;
                    for (int i = 0; i < split.parts(); i++) {
                        assertEquals(at, split.start(i));
                        assertTrue(split.end(i) > at);
                        assertEquals(0, split.start(i) % unit);
                        at = split.end(i);
                    }
                    assertEquals(n, at);
                    assertTrue(split.parts() <= parts);
                }
            }
        }
    }

    @Test
    void theLastPartOfALongRangeDoesNotOverflow() {
        Split split = new Split(Integer.MAX_VALUE, 1 << 30);
        assertEquals(2, split.parts());
        assertEquals(Integer.MAX_VALUE, split.end(1));
    }
}
