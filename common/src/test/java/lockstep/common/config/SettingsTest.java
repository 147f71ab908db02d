package lockstep.common.config;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SettingsTest {
    @Test
    void a_gradient_longer_than_the_clip_is_scaled_down_to_it_and_no_other() {
        AdamWSettings settings = new AdamWSettings(0.9f, 0.95f, 1e-8f, 0.1f, Decay.MATRICES, 2.0f);
        assertEquals(0.5f, settings.gradScale(4.0));
        assertEquals(1.0f, settings.gradScale(2.0));
        assertEquals(1.0f, settings.gradScale(0.0));
    }

    @Test
    void an_infinite_clip_never_clips() {
        AdamWSettings settings = new AdamWSettings(0.9f, 0.95f, 1e-8f, 0.1f, Decay.ALL, Float.POSITIVE_INFINITY);
        assertEquals(1.0f, settings.gradScale(1e300));
    }

    @Test
    void settings_that_make_no_optimizer_are_refused() {
        assertRefused("--beta1 must be >= 0 and < 1, found 1.0", () -> new AdamWSettings(1f, 0.95f, 1e-8f, 0, Decay.ALL, 1));
        assertRefused("--beta2 must be >= 0 and < 1, found -0.1", () -> new AdamWSettings(0.9f, -0.1f, 1e-8f, 0, Decay.ALL, 1));
        assertRefused("--eps must be a number > 0, found 0.0", () -> new AdamWSettings(0.9f, 0.95f, 0, 0, Decay.ALL, 1));
        assertRefused("--weight-decay must be a number >= 0, found NaN",
            () -> new AdamWSettings(0.9f, 0.95f, 1e-8f, Float.NaN, Decay.ALL, 1));
        assertRefused("--grad-clip must be > 0, found 0.0", () -> new AdamWSettings(0.9f, 0.95f, 1e-8f, 0, Decay.ALL, 0));
        assertRefused("--skip-loss-z must be > 0, found 0.0", () -> new SpikeRule(0, 1));
        assertRefused("--skip-grad-z must be > 0, found NaN", () -> new SpikeRule(1, Double.NaN));
    }

    @Test
    void a_spike_is_skipped_only_above_the_threshold() {
        SpikeRule rule = new SpikeRule(3, 5);
        assertTrue(rule.skipsLoss(3.1));
        assertFalse(rule.skipsLoss(3.0));
        assertTrue(rule.skipsGradient(5.1));
        assertFalse(rule.skipsGradient(3.1));
    }

    @Test
    void nothing_is_skipped_while_the_window_is_not_full_or_without_a_rule() {
        assertFalse(new SpikeRule(3, 3).skipsLoss(Double.NaN));
        assertFalse(new SpikeRule(3, 3).skipsGradient(Double.NaN));
        assertFalse(SpikeRule.NEVER.skipsLoss(1e300));
        assertFalse(SpikeRule.NEVER.skipsGradient(1e300));
    }

    private static void assertRefused(String message, Runnable making) {
        assertEquals(message, assertThrows(UserError.class, making::run).getMessage());
    }
}
