package lockstep.deploy.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A benchmark gets kill -9: the processes that it started end by themselves. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrphansTest {
    private static final long PATIENCE_S = 40;
    private static final long POLL_NS = 20_000_000;

    /** A child that has just been started, and one that has long been exchanging: a JVM's start takes a second or two of a processor. */
    @ParameterizedTest(name = "after {0} s of the child''s processor time")
    @ValueSource(ints = {0, 6})
    void children_end_when_their_parent_is_killed(int cpuSeconds) throws Exception {
        Process bench = start("bench", "allreduce", "--nodes", "2", "--mbytes", "20", "--steps", "1000000");
        try {
            await("a child", () -> bench.children().findAny().isPresent() || !bench.isAlive());
            ProcessHandle child = bench.children().findAny().orElseThrow();
            await("the child to work", () -> cpu(child).compareTo(Duration.ofSeconds(cpuSeconds)) >= 0 || !child.isAlive());
            assertTrue(child.isAlive() && bench.isAlive(), "both run when the parent is killed");
            bench.toHandle().destroyForcibly();
            try {
                child.onExit().get(PATIENCE_S, TimeUnit.SECONDS);
            } finally {
                child.destroyForcibly();
            }
            assertFalse(child.isAlive());
        } finally {
            bench.descendants().forEach(ProcessHandle::destroyForcibly);
            bench.destroyForcibly();
        }
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
            "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx512m",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4", "-cp", System.getProperty("java.class.path"),
            "lockstep.deploy.Main");
        builder.command().addAll(List.of(arguments));
        return builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
    }

    private static void await(String what, BooleanSupplier state) {
        long startNs = System.nanoTime();
        while (!state.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(PATIENCE_S), "waited " + PATIENCE_S + " s for " + what);
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
