package lockstep.deploy.process;

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

/** A JVM with this one's options and class path that runs a command of Lockstep. What it needs to know in secret goes to its standard input, never to the command line. */
public final class ChildJvm implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final Process process;
    private final BufferedWriter input;

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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(ChildJvm::inherited).forEach(command::add);
        command.add("-Xmx" + maxHeapMib + "m");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        try {
            // Its warnings are ours; its results come by other ways.
            return new ChildJvm(new ProcessBuilder(command).redirectError(Redirect.INHERIT).redirectOutput(Redirect.DISCARD).start());
        } catch (IOException e) {
            throw new UncheckedIOException("a second JVM can't be started: " + e.getMessage(), e);
        }
    }

    /** Agents and debuggers want ports and files of their own; sizes of the heap are set anew. */
    private static boolean inherited(String option) {
        return !option.startsWith("-agentlib") && !option.startsWith("-javaagent") && !option.startsWith("-Xm");
    }

    public void say(String line) {
        try {
            input.write(line);
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a JVM that was started has ended: " + e.getMessage(), e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Lets it end by itself, and ends it when it doesn't. */
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
