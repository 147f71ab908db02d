package lockstep.node.train;

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SpikeWindowTest {
    @Test
    void the_first_128_values_have_no_score_and_the_next_has() {
        SpikeWindow window = new SpikeWindow();
        for (int i = 0; i < 128; i++) {
            assertTrue(Double.isNaN(window.update(i)), "value " + i);
        }
        assertTrue(Double.isFinite(window.update(0)));
    }

    @Test
    void the_score_is_measured_against_the_window_that_the_value_is_part_of() {
        Random random = new Random(1);
        double[] values = random.doubles(700, 2, 5).toArray();
        SpikeWindow window = new SpikeWindow();
        for (int i = 0; i < values.length; i++) {
            double z = window.update(values[i]);
            if (i < 128) {
                continue;
            }
            double mean = 0;
            double variance = 0;
            for (int j = i - 127; j <= i; j++) {
                mean += values[j] / 128;
            }
            for (int j = i - 127; j <= i; j++) {
                variance += (values[j] - mean) * (values[j] - mean) / 128;
            }
            assertEquals((values[i] - mean) / Math.sqrt(variance), z, 1e-9, "value " + i);
        }
    }

    @Test
    void equal_values_score_zero() {
        SpikeWindow window = new SpikeWindow();
        for (int i = 0; i < 128; i++) {
            window.update(2.0);
        }
        assertEquals(0.0, window.update(2.0));
    }

    @Test
    void a_window_restored_from_its_state_goes_on_with_the_same_bits() {
        Random random = new Random(2);
        for (int saveAt : new int[] {0, 1, 127, 128, 129, 200, 256, 300}) {
            SpikeWindow straight = new SpikeWindow();
            for (int i = 0; i < saveAt; i++) {
                straight.update(random.nextGaussian());
            }
            SpikeWindow restored = SpikeWindow.of(straight.state());
            for (int i = 0; i < 300; i++) {
                double value = random.nextGaussian();
                assertEquals(Double.doubleToRawLongBits(straight.update(value)), Double.doubleToRawLongBits(restored.update(value)),
                    "saved at " + saveAt);
            }
        }
    }

    @Test
    void a_state_is_a_copy_that_later_values_do_not_reach() {
        SpikeWindow window = new SpikeWindow();
        window.update(1.0);
        var state = window.state();
        window.update(2.0);
        assertEquals(1, state.count());
        assertEquals(1, state.values().length);
    }
}
