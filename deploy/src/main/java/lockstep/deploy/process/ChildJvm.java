package lockstep.deploy.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A JVM with this one's options and class path that runs a command of Lockstep. What it needs to know in secret goes to its standard input, never to the command line. */
public final class ChildJvm implements ChildProcess {
    private static final int PATIENCE_SECONDS = 10;

    private final Process process;
    private final BufferedWriter input;
    private final List<Thread> relays = new ArrayList<>();

    private ChildJvm(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * @param mainClass the class to run
     * @param maxHeapMib its heap
     * @param arguments of the command
     */
    public static ChildJvm start(String mainClass, long maxHeapMib, List<String> arguments) {
        // Its warnings are ours; its results come by other ways.
        return start(
            new ProcessBuilder(command(mainClass, maxHeapMib, arguments)).redirectError(Redirect.INHERIT).redirectOutput(Redirect.DISCARD));
    }

    /** {@link #start(String, long, List)} for a child that has something to say, line by line. */
    public static ChildJvm start(String mainClass, long maxHeapMib, List<String> arguments, Consumer<String> said,
        Consumer<String> warned) {
        ChildJvm child = start(new ProcessBuilder(command(mainClass, maxHeapMib, arguments)));
        child.relays.add(relay(child.process.inputReader(StandardCharsets.UTF_8), said));
        child.relays.add(relay(child.process.errorReader(StandardCharsets.UTF_8), warned));
        return child;
    }

    private static List<String> command(String mainClass, long maxHeapMib, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(ChildJvm::inherited).forEach(command::add);
        command.add("-Xmx" + maxHeapMib + "m");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }

    private static ChildJvm start(ProcessBuilder builder) {
        try {
            return new ChildJvm(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("a second JVM can't be started: " + e.getMessage(), e);
        }
    }

    private static Thread relay(BufferedReader lines, Consumer<String> to) {
        return Thread.ofPlatform().daemon().name("relay").start(() -> {
            try (lines) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    to.accept(line);
                }
            } catch (IOException e) {
                // the child has ended in the middle of a line
            }
        });
    }

    /** Agents and debuggers want ports and files of their own; sizes of the heap are set anew. */
    private static boolean inherited(String option) {
        return !option.startsWith("-agentlib") && !option.startsWith("-javaagent") && !option.startsWith("-Xm");
    }

    public void say(String line) {
        try {
            write(line);
        } catch (IOException e) {
            throw new UncheckedIOException("a JVM that was started has ended: " + e.getMessage(), e);
        }
    }

    @Override
    public void trySay(String line) {
        try {
            write(line);
        } catch (IOException e) {
            // it has ended, which its exit code tells of
        }
    }

    private synchronized void write(String line) throws IOException {
        input.write(line);
        input.newLine();
        input.flush();
    }

    @Override
    public void onExit(Runnable action) {
        var _ = process.onExit().thenRun(action);
    }

    @Override
    public void endInput() {
        try {
            input.close();
        } catch (IOException e) {
            // it has ended already
        }
    }

    @Override
    public int await() {
        try {
            int exitCode = process.waitFor();
            for (Thread thread : relays) {
                thread.join();
            }
            return exitCode;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a JVM to end", e);
        }
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
