package lockstep.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import lockstep.common.UserError;
import lockstep.deploy.command.LockstepCommand;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine = configured(new CommandLine(new LockstepCommand()));

    @Test
    void aCommandsResultIsTheExitCode() {
        assertEquals(0, runCommand(() -> 0));
        assertEquals("", err.toString());
    }

    @Test
    void aFailedCheckKeepsItsExitCode() {
        assertEquals(1, runCommand(() -> 1));
    }

    @Test
    void aUserErrorIsItsMessageAndExitCode2() {
        assertEquals(2, runCommand(() -> {
            throw new UserError("model.bin: magic: found 7, expected 20240326");
        }));
        assertEquals("lockstep: model.bin: magic: found 7, expected 20240326\n", err.toString());
    }

    @Test
    void aMessageOfSeveralLinesBecomesOne() {
        runCommand(() -> {
            throw new UserError("first\n  second\r\nthird\n");
        });
        assertEquals("lockstep: first second third\n", err.toString());
    }

    @Test
    void aWrappedUserErrorIsFound() {
        assertEquals(2, runCommand(() -> {
            throw new IllegalStateException(new RuntimeException(new UserError("x: found 1, expected 2")));
        }));
        assertEquals("lockstep: x: found 1, expected 2\n", err.toString());
    }

    @Test
    void debugAddsTheStackTraceWhereverItStands() {
        Callable<Integer> failing = () -> {
            throw new UserError("x: found 1, expected 2");
        };
        add("fake", new Fake(failing));
        assertEquals(2, Main.run(commandLine, "fake", "--debug"));
        assertTrue(err.toString().startsWith("lockstep: x: found 1, expected 2\n"), err.toString());
        assertTrue(err.toString().contains("\tat lockstep.deploy.MainTest"), err.toString());
        err.getBuffer().setLength(0);
        assertEquals(2, Main.run(commandLine, "--debug", "fake"));
        assertTrue(err.toString().contains("\tat lockstep.deploy.MainTest"), err.toString());
    }

    @Test
    void fileSystemErrorsNameTheFile() {
        assertEquals(2, runCommand(() -> {
            throw new NoSuchFileException("a.bin");
        }));
        add("denied", new Fake(() -> {
            throw new UncheckedIOException(new AccessDeniedException("/root/x"));
        }));
        assertEquals(2, Main.run(commandLine, "denied"));
        add("full", new Fake(() -> {
            throw new FileSystemException("y.bin", null, "No space left on device");
        }));
        assertEquals(2, Main.run(commandLine, "full"));
        assertEquals("""
            lockstep: a.bin: no such file or directory
            lockstep: /root/x: permission denied
            lockstep: y.bin: No space left on device
            """, err.toString());
    }

    @Test
    void outOfMemoryIsTheUsersToMend() {
        assertEquals(2, runCommand(() -> {
            throw new OutOfMemoryError("Java heap space");
        }));
        assertTrue(err.toString().startsWith("lockstep: out of memory: the heap may grow to "), err.toString());
        assertOneLine();
    }

    @Test
    void aDefectIsOneLineWithAHintAndExitCode1() {
        assertEquals(1, runCommand(() -> {
            throw new IOException("odd");
        }));
        assertEquals("lockstep: unexpected IOException: odd (--debug shows the stack trace)\n", err.toString());
    }

    @Test
    void anErrorOfTheJvmIsADefect() {
        assertEquals(1, runCommand(() -> {
            throw new StackOverflowError();
        }));
        assertEquals("lockstep: unexpected StackOverflowError (--debug shows the stack trace)\n", err.toString());
    }

    @Test
    void anUnknownOptionNamesItselfAndTheHelp() {
        add("fake", new Fake(() -> 0));
        assertEquals(2, Main.run(commandLine, "fake", "--coutn", "3"));
        assertTrue(err.toString().startsWith("lockstep: Unknown option"), err.toString());
        assertTrue(err.toString().endsWith("; try lockstep fake --help\n"), err.toString());
        assertTrue(err.toString().contains("did you mean --count"), err.toString());
        assertOneLine();
    }

    @Test
    void aValueOfTheWrongKindNamesTheOption() {
        add("fake", new Fake(() -> 0));
        assertEquals(2, Main.run(commandLine, "fake", "--count", "three"));
        assertTrue(err.toString().contains("--count") && err.toString().contains("three"), err.toString());
        assertOneLine();
    }

    @Test
    void anOptionWithoutItsValueDoesNotSwallowTheNext() {
        add("fake", new Fake(() -> 0));
        assertEquals(2, Main.run(commandLine, "fake", "--name", "--count", "3"));
        assertTrue(err.toString().contains("--name"), err.toString());
        assertOneLine();
    }

    @Test
    void anOptionsOwnCheckMayThrowAUserError() {
        add("fake", new Fake(() -> 0));
        assertEquals(2, Main.run(commandLine, "fake", "--even", "3"));
        assertEquals("lockstep: --even: found 3, expected an even number; try lockstep fake --help\n", err.toString());
    }

    @Test
    void argumentsThatBeginWithAnAtSignAreNotFiles() {
        Fake fake = new Fake(() -> 0);
        add("fake", fake);
        assertEquals(0, Main.run(commandLine, "fake", "--name", "@home sweet home"));
        assertEquals("@home sweet home", fake.name);
    }

    @Test
    void noCommandAsksForOne() {
        assertEquals(2, Main.run(commandLine));
        assertTrue(err.toString().startsWith("lockstep: Missing required subcommand"), err.toString());
        assertOneLine();
    }

    @Test
    void helpGoesToStdout() {
        assertEquals(0, Main.run(commandLine, "--help"));
        assertTrue(out.toString().startsWith("Usage: lockstep"), out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void theVersionNamesLockstepAndTheJdk() {
        assertEquals(0, Main.run(commandLine, "--version"));
        assertTrue(
            out.toString().matches("lockstep \\d+\\.\\d+\\.\\d+( \\([0-9a-z-]+\\))?\\RJava " + Runtime.version().feature() + ".*\\R"),
            out.toString());
        assertFalse(out.toString().contains("${"), out.toString());
    }

    @Test
    void everyCommandHasHelpAndADescription() {
        assertAll(commandLine.getSubcommands().values().stream().map(command -> () -> {
            assertTrue(command.getCommandSpec().usageMessage().description().length > 0, command.getCommandName());
            if (!command.getCommandName().equals("help")) {
                assertNotNull(command.getCommandSpec().findOption("--help"),
                    command.getCommandName() + " lacks --help: mixinStandardHelpOptions = true");
            }
        }));
    }

    private void add(String name, Fake command) {
        configured(commandLine.addSubcommand(name, command));
    }

    private CommandLine configured(CommandLine bare) {
        return Main.configure(bare, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private int runCommand(Callable<Integer> body) {
        add("fake", new Fake(body));
        return Main.run(commandLine, "fake");
    }

    private void assertOneLine() {
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Command(mixinStandardHelpOptions = true)
    private static final class Fake implements Callable<Integer> {
        private final Callable<Integer> body;

        @Option(names = "--count")
        private int count;

        @Option(names = "--name")
        private String name;

        Fake(Callable<Integer> body) {
            this.body = body;
        }

        @Option(names = "--even")
        void setEven(int even) {
            if (even % 2 != 0) {
                throw new UserError("--even: found " + even + ", expected an even number");
            }
        }

        @Override
        public Integer call() throws Exception {
            assertTrue(count >= 0, "parsed");
            return body.call();
        }
    }
}
