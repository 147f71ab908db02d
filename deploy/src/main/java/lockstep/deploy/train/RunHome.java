package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/** Where this node writes what a run leaves, as long as it leads: the directory is this process's from {@link #take} to {@link #close}. */
final class RunHome implements AutoCloseable {
    private final Path path;
    private final byte[] config;
    /** Looked at by those threads, too, that write or read beside the training. */
    private volatile Optional<RunDirectory> held;

    private RunHome(Path path, byte[] config, Optional<RunDirectory> held) {
        this.path = path;
        this.config = config;
        this.held = held;
    }

    /** Whether what this process took is still its own: a node that was stopped may have lost it to the one that leads now. */
    boolean isHeld() {
        return held.filter(RunDirectory::isHeld).isPresent();
    }

    /** Whether another process leads the run, as far as the directory tells: it has taken that from this one, or holds it. */
    boolean isAnothers() {
        return !isHeld() && RunDirectory.isInUse(path);
    }

    /** @throws UserError when another process writes there now */
    void requireHeld() {
        if (!isHeld()) {
            throw new UserError(path + ": another node leads the run and writes there now: this one was stopped or cut off too long."
                + " Start it again with --join to have it take part");
        }
    }

    /** Of the node that brings the run. */
    static RunHome of(RunDirectory held, byte[] config) {
        return new RunHome(held.path(), config, Optional.of(held));
    }

    /** Of a node that may lead one day: the run's own directory where it is on this machine, too, else a new one. */
    static RunHome later(Path path, byte[] config) {
        return new RunHome(path, config, Optional.empty());
    }

    Path path() {
        return path;
    }

    /** @throws UserError when another process writes there, or when it is another run's */
    RunDirectory take() {
        RunDirectory directory = held.orElseGet(this::open);
        held = Optional.of(directory);
        return directory;
    }

    private RunDirectory open() {
        if (!Files.exists(RunDirectory.configFile(path))) {
            RunDirectory made = RunDirectory.create(path);
            made.begin(config);
            return made;
        }
        if (!isOf(path, config)) {
            throw new UserError("--out: " + path + ": holds another run, expected the one that is trained, or a new directory");
        }
        return RunDirectory.takeOver(path);
    }

    /** Whether a directory holds the run of this configuration. */
    static boolean isOf(Path path, byte[] config) {
        Path file = RunDirectory.configFile(path);
        try {
            return Files.isRegularFile(file) && Files.size(file) == config.length && Arrays.equals(Files.readAllBytes(file), config);
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    @Override
    public void close() {
        held.ifPresent(RunDirectory::close);
        held = Optional.empty();
    }
}
