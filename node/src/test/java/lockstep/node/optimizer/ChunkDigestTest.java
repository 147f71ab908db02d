package lockstep.node.optimizer;

import org.junit.jupiter.api.Test;

import lockstep.common.model.Chunks;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

class ChunkDigestTest {
    private static float[] values() {
        float[] values = new float[2 * Chunks.FLOATS + 77];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.37f - 1000;
        }
        return values;
    }

    private static long digest(float[] values, int threads) {
        try (Workers workers = new Workers(threads)) {
            return new ChunkDigest(workers).of(values);
        }
    }

    @Test
    void it_is_the_same_on_any_number_of_threads() {
        assertEquals(digest(values(), 1), digest(values(), 3));
    }

    @Test
    void any_flipped_bit_changes_it() {
        long whole = digest(values(), 1);
        for (int at : new int[] {0, Chunks.FLOATS - 1, Chunks.FLOATS, 2 * Chunks.FLOATS + 76}) {
            for (int bit : new int[] {0, 11, 31}) {
                float[] values = values();
                values[at] = Float.intBitsToFloat(Float.floatToRawIntBits(values[at]) ^ 1 << bit);
                assertNotEquals(whole, digest(values, 1), "bit " + bit + " of " + at);
            }
        }
    }

    @Test
    void chunks_that_changed_places_change_it() {
        float[] values = values();
        float[] swapped = values.clone();
        System.arraycopy(values, 0, swapped, Chunks.FLOATS, Chunks.FLOATS);
        System.arraycopy(values, Chunks.FLOATS, swapped, 0, Chunks.FLOATS);
        assertNotEquals(digest(values, 1), digest(swapped, 1));
    }
}
