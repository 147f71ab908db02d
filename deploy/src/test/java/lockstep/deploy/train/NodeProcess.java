package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import lockstep.deploy.MainProcess;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** A node in a JVM of its own, as {@code --nodes} starts it: it ends when this JVM does, since its standard input does. */
final class NodeProcess implements AutoCloseable {
    private static final long PATIENCE_MS = 90_000;
    private static final String SECRET = "5f1d3c00a7b94e52810f6d2ce94b7a33";

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    /** When each of them came, by {@link System#nanoTime}. */
    private final List<Long> cameNs = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    private NodeProcess(Process process) {
        this.process = process;
        readers.add(read(process.inputReader(StandardCharsets.UTF_8)));
        readers.add(read(process.errorReader(StandardCharsets.UTF_8)));
    }

    /**
     * @param before what the command line begins with
     * @param environment beside this JVM's own
     */
    static NodeProcess start(List<String> before, List<String> arguments, Map<String, String> environment) {
        List<String> all = new ArrayList<>(List.of("train"));
        all.addAll(arguments);
        all.addAll(List.of("--member", "--threads=1", "--vector=scalar"));
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--port="))) {
            all.add("--port=0");
        }
        NodeProcess node = new NodeProcess(launch(before, all, environment));
        node.say(SECRET + "\n");
        return node;
    }

    /** Any command of Lockstep. */
    static NodeProcess command(List<String> arguments) {
        return new NodeProcess(launch(List.of(), arguments, Map.of()));
    }

    private static Process launch(List<String> before, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>(before);
        command.addAll(MainProcess.command(
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4"), arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param name without SIG */
    void signal(String name) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start().waitFor());
    }

    private Thread read(BufferedReader reader) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                        cameNs.add(System.nanoTime());
                        lines.notifyAll();
                    }
                }
            } catch (IOException e) {
                // it was killed in the middle of a line
            }
        });
    }

    private void say(String text) {
        try {
            OutputStream in = process.getOutputStream();
            in.write(text.getBytes(StandardCharsets.US_ASCII));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a line that begins so; returns what follows. */
    String await(String start) {
        return awaitLine(line -> line.startsWith(start), start).substring(start.length());
    }

    String awaitLine(Predicate<String> wanted, String what) {
        long end = System.nanoTime() + PATIENCE_MS * 1_000_000;
        synchronized (lines) {
            int seen = 0;
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                long leftMs = (end - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0 || !process.isAlive() && readers.stream().noneMatch(Thread::isAlive)) {
                    throw new AssertionError("no line '" + what + "' of " + process + ":\n" + String.join("\n", lines));
                }
                try {
                    lines.wait(Math.min(leftMs, 100));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** When the first such line came that follows one of the other kind. */
    OptionalLong cameNs(Predicate<String> wanted, Predicate<String> after) {
        synchronized (lines) {
            int start = 0;
            while (start < lines.size() && !after.test(lines.get(start))) {
                start++;
            }
            return IntStream.range(start, lines.size()).filter(i -> wanted.test(lines.get(i))).mapToLong(cameNs::get).findFirst();
        }
    }

    /** Lines so far with this in them. */
    int count(String part) {
        synchronized (lines) {
            return (int) lines.stream().filter(line -> line.contains(part)).count();
        }
    }

    /** Waits for so many lines with this in them. */
    void awaitCount(String part, int count) {
        awaitLine(line -> count(part) >= count, count + " times " + part);
    }

    String address() {
        return await("@listening ");
    }

    String said() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Of those that it has started: the first, which leads where it started nodes. */
    ProcessHandle oldestChild() {
        return process.children().min(Comparator.comparing(child -> child.info().startInstant().orElseThrow())).orElseThrow();
    }

    /** The last of so many that it starts, as soon as it is there. */
    ProcessHandle youngestOf(int children) {
        long end = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (process.children().count() < children) {
            if (System.nanoTime() - end > 0 || !process.isAlive()) {
                throw new AssertionError("fewer than " + children + " processes:\n" + said());
            }
            LockSupport.parkNanos(10_000_000);
        }
        return process.children().max(Comparator.comparing(child -> child.info().startInstant().orElseThrow())).orElseThrow();
    }

    /** SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Its standard input ends, as when its parent does. */
    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(process + " still runs:\n" + said());
            }
            for (Thread reader : readers) {
                reader.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
