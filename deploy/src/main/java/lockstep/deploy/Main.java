package lockstep.deploy;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;

import picocli.CommandLine;

import lockstep.deploy.command.LockstepCommand;
import lockstep.deploy.train.HomePath;

/** Starts the command that the arguments name, and ends the JVM with its exit code. */
public final class Main {
    private Main() {}

    /**
     * The only place that ends the JVM. A shutdown hook must not wait for the thread that runs this method: {@code System.exit} never returns while another
     * shutdown is under way.
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        CommandLine commandLine = configure(new CommandLine(new LockstepCommand()), out, err);
        int exitCode = utf8Arguments().fault(args)
            .map(fault -> failures(commandLine).report(fault, err)).orElseGet(() -> run(commandLine, args));
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    private static Utf8Arguments utf8Arguments() {
        return new Utf8Arguments(System.getProperty("sun.jnu.encoding"), System.getenv(), Utf8Arguments.CommandLineBytes.OF_LINUX,
            Utf8Arguments.WorkingDirectory.ofThisProcess());
    }

    /** Settings reach the subcommands that are there already, so this comes after the last is added. */
    static CommandLine configure(CommandLine bare, PrintWriter out, PrintWriter err) {
        // Libraries draw charts and progress by the default locale, which may have digits of its own.
        Locale.setDefault(Locale.ROOT);
        Failures failures = failures(bare);
        return bare
            .setOut(out)
            .setErr(err)
            // A prompt may begin with @: arguments are what the user typed, never files of arguments.
            .setExpandAtFiles(false)
            // "--out --seed 3" lacks a directory; it does not name one "--seed".
            .setAllowOptionsAsOptionParameters(false)
            .registerConverter(Path.class, new HomePath())
            .registerConverter(URI.class, new HomePath.Url())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(100)
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures);
    }

    /** Runs one command line to its exit code: 0 done, 1 a check failed or a defect of ours, 2 the user's mistake. */
    static int run(CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(args);
        } catch (Error error) {
            // picocli hands exceptions to its handlers but lets errors through, OutOfMemoryError among them.
            return failures(commandLine).report(error, commandLine.getErr());
        }
    }

    private static Failures failures(CommandLine commandLine) {
        LockstepCommand root = commandLine.getCommand();
        return new Failures(root::debug);
    }
}
