package lockstep.deploy;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.function.BooleanSupplier;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import lockstep.common.CheckFailed;
import lockstep.common.UserError;
import lockstep.common.format.FileDescription;

/** Turns whatever ended a command into one line on stderr and an exit code; the stack trace follows under {@code --debug} alone. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    /** A defect of ours, or a check that failed. */
    static final int DEFECT = 1;
    static final int USER_ERROR = 2;

    private final BooleanSupplier debug;

    Failures(BooleanSupplier debug) {
        this.debug = debug;
    }

    @Override
    public int handleParseException(ParameterException exception, String[] args) {
        CommandLine commandLine = exception.getCommandLine();
        // An option's own check may throw a UserError, which picocli wraps: its message is the better one.
        Throwable known = knownCause(exception);
        String message = known == null ? exception.getMessage() + suggestion(exception) : message(known);
        String hint = "; try " + commandLine.getCommandSpec().qualifiedName() + " --help";
        return print(oneLine(message) + hint, USER_ERROR, exception, commandLine.getErr());
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine commandLine, ParseResult parsed) {
        return report(exception, commandLine.getErr());
    }

    int report(Throwable thrown, PrintWriter err) {
        Throwable known = knownCause(thrown);
        if (known != null) {
            return print(oneLine(message(known)), known instanceof CheckFailed ? DEFECT : USER_ERROR, thrown, err);
        }
        String defect = thrown.getClass().getSimpleName() + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
        return print("unexpected " + oneLine(defect) + " (--debug shows the stack trace)", DEFECT, thrown, err);
    }

    private int print(String line, int exitCode, Throwable thrown, PrintWriter err) {
        err.println("lockstep: " + FileDescription.printable(line)); // which may quote a file
        if (debug.getAsBoolean()) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }

    /** The first in the chain of causes whose message says all, or null. */
    private static Throwable knownCause(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UserError || cause instanceof CheckFailed || cause instanceof OutOfMemoryError
                || cause instanceof FileSystemException) {
                return cause;
            }
        }
        return null;
    }

    private static String message(Throwable known) {
        return switch (known) {
            case OutOfMemoryError error -> outOfMemory(error);
            // The net under the modules: they name file, field and hint themselves wherever they can.
            case FileSystemException exception -> exception.getFile() + ": " + reason(exception);
            default -> String.valueOf(known.getMessage());
        };
    }

    private static String outOfMemory(OutOfMemoryError error) {
        long heapMib = Runtime.getRuntime().maxMemory() >> 20;
        return "out of memory: the heap may grow to " + heapMib + " MiB (" + error.getMessage()
            + "); make the model or the batch smaller, or give more with LOCKSTEP_JVM_OPTS=-Xmx…";
    }

    private static String reason(FileSystemException exception) {
        return switch (exception) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "exists already; nothing is overwritten";
            case NotDirectoryException _ -> "not a directory";
            default -> exception.getReason() == null ? exception.getClass().getSimpleName() : exception.getReason();
        };
    }

    private static String suggestion(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            return suggestions.isEmpty() ? "" : " (did you mean " + String.join(" or ", suggestions) + "?)";
        }
        return "";
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
