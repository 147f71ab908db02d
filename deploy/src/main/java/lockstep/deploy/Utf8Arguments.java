package lockstep.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import lockstep.common.UserError;

/**
 * Finds out whether the JVM reads arguments and the names of files as UTF-8. Where it doesn't, a prompt loses its letters, a path does not exist, and files with
 * different names have one. The launcher sees to the locale; this check is for the user who starts the JVM without it.
 */
final class Utf8Arguments {
    /** What Java puts where bytes are not in the encoding that it expects. */
    private static final String REPLACEMENT = "\ufffd";
    private static final Set<String> HELP = Set.of("-h", "--help", "-V", "--version", "help");

    private final String encoding;
    private final Map<String, String> environment;
    private final CommandLineBytes commandLine;
    private final WorkingDirectory directory;

    /** The bytes of this process' arguments, with a NUL byte behind each, as the system has them. */
    @FunctionalInterface
    interface CommandLineBytes {
        /** Linux tells them; elsewhere reading them fails. */
        CommandLineBytes OF_LINUX = () -> Files.readAllBytes(Path.of("/proc/self/cmdline"));

        byte[] read() throws IOException;
    }

    /**
     * The directory that relative paths begin in.
     *
     * @param told what Java tells of it, which is what absolute paths are made of
     * @param real the directory by another path, which Java need not read
     */
    record WorkingDirectory(Path told, Path real) {
        static WorkingDirectory ofThisProcess() {
            return new WorkingDirectory(Path.of(System.getProperty("user.dir")), Path.of("."));
        }

        /** Bytes that were lost lead to a directory of another name, which would even be made. The character may also stand in the name. */
        private boolean isMisread() {
            try {
                return told.toString().contains(REPLACEMENT) && !Files.isSameFile(told, real);
            } catch (IOException e) {
                return true; // there is none of that name
            }
        }
    }

    /** @param encoding of arguments and names, as the property sun.jnu.encoding tells it */
    Utf8Arguments(String encoding, Map<String, String> environment, CommandLineBytes commandLine, WorkingDirectory directory) {
        this.directory = directory;
        this.encoding = encoding;
        this.environment = new TreeMap<>(environment);
        this.commandLine = commandLine;
    }

    /** Returns what the user has to mend before a command can run. Help and version are printed in any case. */
    Optional<UserError> fault(String... arguments) {
        List<String> typed = Arrays.asList(arguments);
        if (typed.isEmpty() || typed.stream().anyMatch(HELP::contains)) {
            return Optional.empty();
        }
        if (!encoding.equalsIgnoreCase("UTF-8")) {
            return Optional.of(new UserError("Java reads arguments and names of files as " + encoding + " here, expected UTF-8: a locale ("
                + locale() + ") is another one or not installed; set LC_ALL=C.UTF-8, or start ./lockstep, which does so"));
        }
        if (directory.isMisread()) {
            return Optional
                .of(new UserError("working directory " + directory.told + ": found bytes that are not UTF-8, shown as " + REPLACEMENT
                    + ", expected UTF-8 alone: relative paths would lead elsewhere; rename it, or start Lockstep in another one"));
        }
        return typed.stream().filter(argument -> argument.contains(REPLACEMENT) && !isTyped(argument)).findFirst()
            .map(argument -> new UserError(
                "argument \"" + argument + "\": found bytes that are not UTF-8, shown as " + REPLACEMENT + ", expected UTF-8 alone"));
    }

    /** The character is typed on purpose where the system has the argument's very bytes. Where it doesn't tell them, they count as broken. */
    private boolean isTyped(String argument) {
        try {
            // each byte is a character of Latin-1
            String all = "\0" + new String(commandLine.read(), StandardCharsets.ISO_8859_1);
            String bytes = new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return all.contains("\0" + bytes + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    private String locale() {
        String set =
            environment.entrySet().stream().filter(variable -> variable.getKey().equals("LANG") || variable.getKey().startsWith("LC_"))
                .map(variable -> variable.getKey() + "=" + variable.getValue()).collect(Collectors.joining(" "));
        return set.isEmpty() ? "LANG and LC_ALL are not set" : set;
    }
}
