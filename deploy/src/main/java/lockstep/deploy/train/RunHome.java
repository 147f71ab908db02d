package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.replica.GivenUp;

/** Where this node writes what a run leaves, as long as it leads: the directory is this process's from {@link #take} to {@link #close}. */
final class RunHome implements AutoCloseable {
    private static final int MAX_CONFIG = 1 << 20;

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

    /** @throws GivenUp when another process writes there now */
    void requireHeld() {
        if (!isHeld()) {
            throw new GivenUp(path + ": another node leads the run and writes there now: this one was stopped or cut off too long."
                + " Start it again with --join to have it take part");
        }
    }

    /** Of the node that brings the run. */
    static RunHome of(RunDirectory held, byte[] config) {
        return new RunHome(held.path(), config, Optional.of(held));
    }

    /**
     * Of a node that may lead one day: the run's own directory where it is on this machine, too, else a new one.
     *
     * @throws UserError when the directory holds something else: another run's checkpoints would one day be taken for this one's
     */
    static RunHome later(Path path, byte[] config) {
        return later("--out", path, config);
    }

    /** The same of a directory that an option names. */
    static RunHome later(String option, Path path, byte[] config) {
        if (!isFree(path) && !isOf(path, config)) {
            throw new UserError(
                option + ": " + path + ": holds another run or other files, expected the run that is trained, or a new directory");
        }
        return new RunHome(path, config, Optional.empty());
    }

    /** The same below a parent, by the run's name, numbered where something else has that. */
    static RunHome laterBelow(Path parent, Path name, byte[] config) {
        Path path = parent.resolve(name);
        for (int number = 2; !isFree(path) && !isOf(path, config); number++) {
            path = parent.resolve(name + "-" + number);
        }
        return later(path, config);
    }

    /** Whether nothing lies there. */
    private static boolean isFree(Path path) {
        return Files.notExists(path) || Files.isDirectory(path) && RunDirectory.isEmpty(path);
    }

    /** Whether what lies there is this run's. */
    boolean holdsTheRun() {
        return held.isPresent() || isOf(path, config);
    }

    /** Whether what lies there is this run's, with as many steps as it has now: with another number later steps may have had other learning rates. */
    boolean isOfTheSameLength() {
        return holdsTheRun() && RunRecord.of(path()).steps().equals(RunRecord.of("the run's configuration", config).steps());
    }

    Path path() {
        return held.map(RunDirectory::path).orElse(path);
    }

    /** Where something else has come to lie there meanwhile, a new directory beside it. */
    RunDirectory take() {
        RunDirectory directory = held.orElseGet(this::open);
        held = Optional.of(directory);
        return directory;
    }

    private RunDirectory open() {
        return isOf(path, config)
            ? lengthened(RunDirectory.takeOver(path))
            : begun(isFree(path) ? RunDirectory.create(path) : RunDirectory.createBeside(path));
    }

    /** Makes the directory the run's where nothing lies there yet, so that a later start knows it again. This takes it from no other process, and keeps no lock. */
    void claim() {
        if (held.isEmpty() && isFree(path)) {
            begun(RunDirectory.create(path)).close();
        }
    }

    /** A directory from before the run was given another number of steps learns of it; one that knows more of the run than this configuration keeps that. */
    private RunDirectory lengthened(RunDirectory taken) {
        if (RunRecord.of("the run's configuration", config).isLaterThan(RunRecord.of(path))) {
            taken.replaceConfig(config);
        }
        return taken;
    }

    private RunDirectory begun(RunDirectory made) {
        made.begin(config);
        return made;
    }

    /**
     * Where the state of a node that gives up may go: here where this process writes here, or may without taking the directory from another one or another run, else to a new directory beside it. It is a run's either way,
     * with the configuration.
     */
    Path refuge() {
        if (isHeld()) {
            return path();
        }
        close();
        boolean ours = isOf(path, config) && !RunDirectory.isInUse(path);
        RunDirectory directory = ours
            ? RunDirectory.open(path)
            : begun(isFree(path) ? RunDirectory.create(path) : RunDirectory.createBeside(path));
        held = Optional.of(directory);
        return directory.path();
    }

    /** The same where that one has no place for the state: a new directory beside it. */
    Path anotherRefuge() {
        close();
        RunDirectory directory = begun(RunDirectory.createBeside(path));
        held = Optional.of(directory);
        return directory.path();
    }

    /** Whether a directory holds the run of this configuration, whoever began it there. */
    static boolean isOf(Path path, byte[] config) {
        Path file = RunDirectory.configFile(path);
        try {
            return Files.isRegularFile(file) && Files.size(file) <= MAX_CONFIG && RunRecord.same(Files.readAllBytes(file), config);
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
