package lockstep.common.config;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScheduleTest {
    private static final float PEAK = 1e-3f;
    /** Half a unit in the last place of a float, relative: schedules round once. */
    private static final double ROUNDING = 0x1p-24;

    @Test
    void warm_up_is_a_straight_line_that_reaches_the_peak_at_its_last_step() {
        for (String name : new String[] {"cosine", "linear", "wsd"}) {
            Schedule schedule = Schedule.named(name, PEAK, 4, 100, 0);
            for (int step = 0; step < 4; step++) {
                assertRate((step + 1) / 4.0, schedule, step);
            }
            assertRate(1, schedule, 4);
        }
    }

    @Test
    void cosine_falls_through_the_middle_of_peak_and_final_rate() {
        Schedule schedule = new Schedule.Cosine(PEAK, 20, 120, 0.1f);
        assertRate(0.1f + 0.9 * 0.5 * (1 + Math.sqrt(0.5)), schedule, 20 + 25);
        assertRate((1 + (double) 0.1f) / 2, schedule, 20 + 50);
        assertRate(0.1f, schedule, 120);
        assertRate(0.1f, schedule, 500);
    }

    @Test
    void linear_falls_by_the_same_amount_every_step() {
        Schedule schedule = new Schedule.Linear(PEAK, 0, 10, 0.5f);
        for (int step = 0; step <= 10; step++) {
            assertRate(1 - 0.05 * step, schedule, step);
        }
    }

    @Test
    void constant_has_no_warm_up() {
        assertRate(1, Schedule.named("constant", PEAK, 50, 100, 0), 0);
        assertRate(1, Schedule.named("constant", PEAK, 50, 100, 0), 99);
    }

    @Test
    void wsd_is_flat_for_four_fifths_then_falls_with_the_square_root() {
        Schedule schedule = new Schedule.Wsd(PEAK, 0, 100, 0);
        assertRate(1, schedule, 79);
        assertRate(1, schedule, 80);
        assertRate(0.5, schedule, 85);
        assertRate(1 - Math.sqrt(0.95), schedule, 99);
        assertEquals(0f, schedule.lr(100));
    }

    @Test
    void a_warm_up_as_long_as_the_run_divides_nothing_by_zero() {
        for (String name : new String[] {"cosine", "linear", "wsd"}) {
            Schedule schedule = Schedule.named(name, PEAK, 10, 10, 0.1f);
            for (int step = 0; step <= 11; step++) {
                float lr = schedule.lr(step);
                assertTrue(lr > 0 && lr <= PEAK, name + " step " + step + ": " + lr);
            }
        }
    }

    @Test
    void mistakes_are_refused_with_the_option_and_the_value() {
        assertRefused("--lr-schedule must be one of [cosine, linear, constant, wsd], found cosin", "cosin", PEAK, 0, 0);
        assertRefused("--lr must be a number > 0, found NaN", "constant", Float.NaN, 0, 0);
        assertRefused("--lr must be a number > 0, found 0.0", "cosine", 0f, 0, 0);
        assertRefused("--warmup must be >= 0, found -1", "linear", PEAK, -1, 0);
        assertRefused("--final-lr-fraction must be from 0 to 1, found 1.5", "wsd", PEAK, 0, 1.5f);
    }

    private static void assertRefused(String message, String name, float peak, int warmup, float finalFraction) {
        assertEquals(message, assertThrows(UserError.class, () -> Schedule.named(name, peak, warmup, 10, finalFraction)).getMessage());
    }

    private static void assertRate(double fractionOfPeak, Schedule schedule, int step) {
        double expected = fractionOfPeak * PEAK;
        assertEquals(expected, schedule.lr(step), expected * ROUNDING * 1.0001, schedule + " step " + step);
    }
}
