package lockstep.node.train;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import lockstep.common.model.ModelShape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WarmUpTest {
    private static final ModelShape LARGE = new ModelShape(1024, 50257, 50304, 12, 12, 768);
    private static final ModelShape SMALL = new ModelShape(128, 256, 256, 4, 4, 128);

    @Test
    void ends_by_itself_without_an_error() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> failure.set(e));
        try (WarmUp warmUp = WarmUp.begin(LARGE)) {
            assertTrue(warmUp.thread().orElseThrow().join(Duration.ofMinutes(3)), "it goes on");
            assertNull(failure.get());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void is_waited_for() {
        try (WarmUp warmUp = WarmUp.begin(LARGE)) {
            warmUp.await(() -> false);
            assertFalse(warmUp.thread().orElseThrow().isAlive());
        }
    }

    @Test
    void ends_when_the_run_is_stopped() {
        AtomicInteger asked = new AtomicInteger();
        try (WarmUp warmUp = WarmUp.begin(LARGE)) {
            warmUp.await(() -> asked.incrementAndGet() > 2);
            assertFalse(warmUp.thread().orElseThrow().isAlive());
        }
        assertTrue(asked.get() > 2, "it ended before");
    }

    @Test
    void ends_when_it_is_closed() throws InterruptedException {
        WarmUp warmUp = WarmUp.begin(LARGE);
        warmUp.close();
        assertTrue(warmUp.thread().orElseThrow().join(Duration.ofMinutes(1)), "it goes on");
    }

    @Test
    void a_small_model_has_none() {
        try (WarmUp warmUp = WarmUp.begin(SMALL)) {
            assertEquals(Optional.empty(), warmUp.thread());
            warmUp.await(() -> false);
        }
    }
}
