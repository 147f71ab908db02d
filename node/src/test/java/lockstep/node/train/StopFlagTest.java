package lockstep.node.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StopFlagTest {
    @Test
    void a_flag_stays_raised() {
        try (StopFlag flag = new StopFlag()) {
            assertFalse(flag.raised());
            flag.raise();
            assertTrue(flag.raised());
        }
    }

    @Test
    void closing_without_a_signal_raises_nothing() {
        StopFlag flag = StopFlag.onShutdown();
        flag.close();
        assertFalse(flag.raised());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "destroy() there ends a process without a signal")
    void a_process_that_is_terminated_finishes_what_it_has_to_save() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            System.getProperty("java.class.path"), Terminated.class.getName()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("training", out.readLine());
            // Not process.destroy(), which would also close the stream that is read here.
            process.toHandle().destroy();
            assertEquals("saved", out.readLine());
        }
        assertNotEquals(0, process.waitFor());
    }

    /** Trains until it is told to stop, then takes its time. */
    static final class Terminated {
        private Terminated() {}

        public static void main(String[] args) {
            try (StopFlag flag = StopFlag.onShutdown()) {
                System.out.println("training");
                while (!flag.raised()) {
                    Thread.onSpinWait();
                }
                long work = 0;
                for (int i = 0; i < 50_000_000; i++) {
                    work += work ^ i;
                }
                System.out.println(work == 42 ? "never" : "saved");
            }
        }
    }
}
