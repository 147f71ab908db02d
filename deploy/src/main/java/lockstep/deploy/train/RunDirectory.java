package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;

/**
 * The directory of a run, this process's alone as long as it is open: config.json, main.log, metrics.jsonl, validation.jsonl, data/
 * (shards made from text) and
 * checkpoints/. What has no config.json when it is closed never became a run and is removed again.
 */
final class RunDirectory implements AutoCloseable {
    private static final String CONFIG = "config.json";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Path path;
    private final RunLock lock;
    private final List<Path> made;

    /** @param made directories that this process made, to be unmade where no run comes of it */
    private RunDirectory(Path path, RunLock lock, List<Path> made) {
        this.path = path;
        this.lock = lock;
        this.made = made;
    }

    static Path configFile(Path runDir) {
        return runDir.resolve(CONFIG);
    }

    /** @throws UserError when the directory holds anything */
    static RunDirectory create(Path out) {
        Path path = out.toAbsolutePath().normalize();
        try {
            List<Path> made = makeDirectories(path);
            refuseUnlessEmpty(out, path);
            RunLock lock = RunLock.take(path);
            RunDirectory run = new RunDirectory(path, lock, made);
            try {
                // Somebody may have come between the first look and the lock.
                refuseUnlessEmpty(out, path);
            } catch (RuntimeException e) {
                lock.close();
                throw e;
            }
            return run;
        } catch (IOException e) {
            throw FileErrors.translate(out, e);
        }
    }

    /** A new directory below a parent, named by time, numbered where the name is taken. */
    static RunDirectory createBelow(Path parent, LocalDateTime now) {
        return createBelow(parent, NAME.format(now));
    }

    private static RunDirectory createBelow(Path parent, String name) {
        try {
            Files.createDirectories(parent);
            for (int number = 1;; number++) {
                Path candidate = parent.resolve(number == 1 ? name : name + "-" + number);
                try {
                    Files.createDirectory(candidate);
                } catch (FileAlreadyExistsException e) {
                    continue;
                }
                Path path = candidate.toAbsolutePath().normalize();
                return new RunDirectory(path, RunLock.take(path), List.of(path));
            }
        } catch (IOException e) {
            throw FileErrors.translate(parent, e);
        }
    }

    /** A new directory beside another one, by its name and a number. */
    static RunDirectory createBeside(Path other) {
        return createBelow(other.getParent(), other.getFileName() + "-saved");
    }

    /** @throws UserError when another process trains there */
    static RunDirectory open(Path runDir) {
        Path path = runDir.toAbsolutePath().normalize();
        try {
            return new RunDirectory(path, RunLock.take(path), List.of());
        } catch (IOException e) {
            throw FileErrors.translate(runDir, e);
        }
    }

    /**
     * Opens the directory of a run whose leading node is no member any more. Where that process still holds the lock, it was stopped or cut off: the lock becomes another file, and {@link #isHeld} tells that process when
     * it wakes.
     */
    static RunDirectory takeOver(Path path) {
        try {
            return new RunDirectory(path, RunLock.takeOver(path), List.of());
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Whether the directory is still this process's. */
    boolean isHeld() {
        return lock.isHeld();
    }

    /** Whether there is a run that another process holds. */
    static boolean isInUse(Path path) {
        return Files.exists(configFile(path)) && RunLock.isInUse(path);
    }

    Path path() {
        return path;
    }

    /** Where shards made from text lie. */
    Path data() {
        return data(path);
    }

    static Path data(Path runDir) {
        return runDir.resolve("data");
    }

    Path config() {
        return configFile(path);
    }

    /** From here on it is a run. */
    void begin(byte[] config) {
        DurableFile.create(config(), DurableFile.content(config));
    }

    /** The run's configuration says more of it from here on: another number of steps, another build. */
    void replaceConfig(byte[] config) {
        DurableFile.replace(config(), DurableFile.content(config));
    }

    @Override
    public void close() {
        try (lock) {
            if (!Files.exists(config())) {
                discard();
            }
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    private void discard() throws IOException {
        if (Files.isDirectory(data())) {
            deleteTree(data());
        }
        Files.deleteIfExists(path.resolve(RunLock.FILE));
        for (Path directory : made) {
            Files.deleteIfExists(directory);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    /** @return those that were missing, deepest first */
    private static List<Path> makeDirectories(Path path) throws IOException {
        List<Path> missing = Stream.iterate(path, p -> p != null && !Files.exists(p), Path::getParent).toList();
        Files.createDirectories(path);
        return missing;
    }

    /** Whether it holds nothing but a lock. */
    static boolean isEmpty(Path directory) {
        try {
            return names(directory).isEmpty();
        } catch (IOException e) {
            throw FileErrors.translate(directory, e);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.equals(RunLock.FILE)).sorted().toList();
        }
    }

    private static void refuseUnlessEmpty(Path out, Path path) throws IOException {
        List<String> names = names(path);
        if (!names.isEmpty()) {
            String run = names.contains(CONFIG) ? "; it is a run, which goes on with --resume " + out : "";
            throw new UserError("--out: " + out + ": found " + names.getFirst() + " in it, expected a new or an empty directory" + run);
        }
    }
}
