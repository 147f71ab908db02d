package lockstep.node.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FeistelPermutationTest {
    @Test
    void every_element_is_hit_exactly_once_whatever_n() {
        int[] sizes = IntStream
            .concat(IntStream.rangeClosed(1, 300), IntStream.of(1023, 1024, 1025, 4095, 4096, 4097, 65_535, 65_537, 100_003)).toArray();
        for (int n : sizes) {
            FeistelPermutation permutation = new FeistelPermutation(n, n * 31L, n % 5);
            boolean[] hit = new boolean[n];
            for (int i = 0; i < n; i++) {
                int at = (int) permutation.apply(i);
                assertFalse(hit[at], "n=" + n + ": " + at + " twice");
                hit[at] = true;
            }
        }
    }

    @Test
    void indices_beyond_an_int_stay_in_range_and_apart() {
        long n = (1L << 40) + 12_345;
        FeistelPermutation permutation = new FeistelPermutation(n, 7, 3);
        long[] images = LongStream.range(n - 1000, n).map(permutation::apply).toArray();
        assertTrue(Arrays.stream(images).allMatch(x -> x >= 0 && x < n));
        assertEquals(1000, Arrays.stream(images).distinct().count());
        assertTrue(Arrays.stream(images).anyMatch(x -> x > Integer.MAX_VALUE));
    }

    @Test
    void epochs_and_seeds_have_their_own_order() {
        long[] order = order(1000, 42, 0);
        assertNotEquals(Arrays.toString(order), Arrays.toString(order(1000, 42, 1)));
        assertNotEquals(Arrays.toString(order), Arrays.toString(order(1000, 43, 0)));
        assertNotEquals(Arrays.toString(order(1000, 42, 1)), Arrays.toString(order(1000, 43, 0)));
        assertEquals(Arrays.toString(order), Arrays.toString(order(1000, 42, 0)));
    }

    @Test
    void few_elements_stay_where_they_were_or_beside_their_neighbours() {
        // In a random permutation of n, each event has probability 1/n per element: 1 is expected, 10 has odds below 1e-6.
        for (long seed = 0; seed < 50; seed++) {
            long[] order = order(5000, seed, 0);
            long fixed = IntStream.range(0, order.length).filter(i -> order[i] == i).count();
            long adjacent = IntStream.range(1, order.length).filter(i -> order[i] == order[i - 1] + 1).count();
            assertTrue(fixed < 10, "seed " + seed + ": " + fixed + " fixed points");
            assertTrue(adjacent < 10, "seed " + seed + ": " + adjacent + " neighbours");
        }
    }

    @Test
    void where_an_element_goes_is_spread_evenly_over_seeds() {
        int n = 8;
        int seeds = 8000;
        int[] goesTo = new int[n];
        for (long seed = 0; seed < seeds; seed++) {
            goesTo[(int) new FeistelPermutation(n, seed, 0).apply(3)]++;
        }
        // Binomial(8000, 1/8): mean 1000, deviation 29.6; six deviations.
        for (int count : goesTo) {
            assertTrue(Math.abs(count - 1000) <= 178, Arrays.toString(goesTo));
        }
    }

    @Test
    void an_empty_domain_has_no_permutation() {
        assertThrows(IllegalArgumentException.class, () -> new FeistelPermutation(0, 1, 1));
    }

    private static long[] order(int n, long seed, long epoch) {
        FeistelPermutation permutation = new FeistelPermutation(n, seed, epoch);
        return LongStream.range(0, n).map(permutation::apply).toArray();
    }
}
