package lockstep.common.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointFiles.Content;
import lockstep.common.fault.FailPoints;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.common.format.NonFinite;
import lockstep.common.replica.GivenUp;

/**
 * The checkpoints of a run: {@code RUN_DIR/checkpoints/step_00000100/} with model.bin, state.bin, progress.json and manifest.json. One is written under a
 * temporary name, every file forced to disk, the manifest last, then renamed. A process that dies at any moment leaves the older ones untouched, and its litter is
 * cleared away by the next save. One writer at a time.
 *
 * <p>
 * A directory without a readable manifest, or with a file of another size than the manifest says, is incomplete: it is passed over with a warning, and moved aside
 * when its step is saved again. A file of the right size with other bytes is damage, which no interrupted process leaves: {@link #load} refuses it, and nothing
 * older is taken in its place, so that nobody goes back in time unaware.
 */
public final class CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    /** Digits of any script: under some locales older builds wrote step_\u06F0\u06F0\u06F0\u06F0\u06F0\u06F0\u06F2\u06F0 for step 20. */
    private static final Pattern NAME = Pattern.compile("step_(\\p{Nd}{8,10})");
    private static final Pattern LITTER = Pattern.compile("\\.(tmp|del)-step_\\p{Nd}+-(\\d{1,18})");

    private final Path directory;
    private final Moments moments;

    public CheckpointStore(Path runDir) {
        this(runDir, _ -> {});
    }

    /** @param failPoints passed at checkpoint-directory, checkpoint-synced, checkpoint-renamed, and once each file is there */
    public CheckpointStore(Path runDir, FailPoints failPoints) {
        this(runDir, moment -> failPoints.pass("checkpoint-" + moment));
    }

    CheckpointStore(Path runDir, Moments moments) {
        this.directory = runDir.resolve("checkpoints");
        this.moments = moments;
    }

    /**
     * Keeps a state. Where its step is there already with the same state, that stays as it is.
     *
     * @return the checkpoint's directory
     * @throws GivenUp when the step is there with another state: this one may be worth as much, and has no place here
     * @throws UserError when the state holds a value that is no finite number
     */
    public Path save(Snapshot snapshot) {
        return save(new Content(snapshot, OptionalDouble.empty()));
    }

    /** @param valLossNats validation loss measured at this state */
    public Path save(Snapshot snapshot, double valLossNats) {
        return save(new Content(snapshot, OptionalDouble.of(valLossNats)));
    }

    private Path save(Content content) {
        Path target = directory.resolve(String.format(Locale.ROOT, "step_%08d", content.snapshot().step()));
        requireFinite(target, content.snapshot());
        try {
            Files.createDirectories(directory);
            clearLitter();
            if (Files.exists(target)) {
                Optional<Manifest> there = CheckpointFiles.complete(target);
                if (there.isPresent()) {
                    return sameAgain(target, there.get(), content);
                }
                moveAside(target);
            }
            write(target, content);
            return target;
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        }
    }

    /** A state that no run can go on from would take the place of one that is good. */
    private static void requireFinite(Path target, Snapshot s) {
        requireFinite(target, "", s.params(), s);
        requireFinite(target, "m of ", s.m(), s);
        requireFinite(target, "v of ", s.v(), s);
    }

    private static void requireFinite(Path target, String what, float[] values, Snapshot s) {
        NonFinite.first(values, 0, values.length).ifPresent(index -> {
            throw NonFinite.error(target + ": not written: " + what + s.shape().place(index), values[index],
                "training diverged; older checkpoints stay. Try a smaller --lr or a longer --warmup");
        });
    }

    private void write(Path target, Content content) throws IOException {
        Path temporary = hidden("tmp", target);
        try {
            Files.createDirectory(temporary);
            moments.passed("directory");
            CheckpointFiles.write(temporary, content, moments);
            DurableFile.syncDirectory(temporary);
            moments.passed("synced");
            DurableFile.moveInto(temporary, target);
            moments.passed("renamed");
        } finally {
            deleteQuietly(temporary);
        }
    }

    /** A resumed run may come upon its own checkpoint, and now have measured it; another state under the same name is somebody's data. */
    private static Path sameAgain(Path target, Manifest manifest, Content content) throws IOException {
        if (manifest.format() != Manifest.FORMAT || !CheckpointFiles.holds(target, content.snapshot())) {
            throw new GivenUp(
                target + ": already exists and holds another state; nothing is overwritten, move it away or choose another --out");
        }
        if (manifest.valLossNats() == null && content.valLossNats().isPresent()) {
            Manifest measured = manifest.measured(content.valLossNats().getAsDouble());
            DurableFile.replace(target.resolve(CheckpointFiles.MANIFEST), Json.body(measured));
        }
        return target;
    }

    /** An incomplete directory is not ours to delete: somebody may want to know how it came to be. */
    private void moveAside(Path target) throws IOException {
        int number = 1;
        while (Files.exists(aside(target, number))) {
            number++;
        }
        DurableFile.moveInto(target, aside(target, number));
        LOG.warn("{} was incomplete and is now {}", target, aside(target, number));
    }

    private Path aside(Path target, int number) {
        return directory.resolve(target.getFileName() + ".incomplete-" + number);
    }

    /** Complete checkpoints by ascending step. */
    public List<Path> complete() {
        return directories().stream().filter(CheckpointStore::completeOrWarn).toList();
    }

    /** The complete checkpoint of the highest step. */
    public Optional<Path> newestComplete() {
        return directories().reversed().stream().filter(CheckpointStore::completeOrWarn).findFirst();
    }

    private static boolean completeOrWarn(Path dir) {
        boolean complete = CheckpointFiles.complete(dir).isPresent();
        if (!complete) {
            LOG.warn("{} is incomplete and left out", dir);
        }
        return complete;
    }

    private List<Path> directories() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> step(entry).isPresent() && Files.isDirectory(entry))
                .sorted(Comparator.comparingInt(entry -> step(entry).getAsInt()))
                .toList();
        } catch (IOException e) {
            throw FileErrors.translate(directory, e);
        }
    }

    /** The step of a checkpoint directory, by its name. */
    public static OptionalInt step(Path dir) {
        Matcher matcher = NAME.matcher(dir.getFileName().toString());
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        long step = Long.parseLong(matcher.group(1));
        return step <= Integer.MAX_VALUE ? OptionalInt.of((int) step) : OptionalInt.empty();
    }

    /** Whether the directory is meant to be a checkpoint: it has a manifest. */
    public static boolean isCheckpoint(Path dir) {
        return Files.exists(dir.resolve(CheckpointFiles.MANIFEST));
    }

    /** SHA-256 of a complete checkpoint's weights, as it was noted when they were written. */
    public static String weightsSha256(Path dir) {
        return CheckpointFiles.manifest(dir).weightsSha256();
    }

    /**
     * Reads a checkpoint and checks every checksum.
     *
     * @throws UserError when anything is missing or differs, naming the file and both digests
     */
    public static Snapshot load(Path dir) {
        return CheckpointFiles.read(dir);
    }

    /** Deletes what need not stay. What can't be deleted is warned of: no reason to end a run. */
    public void rotate(Retention retention) {
        if (retention.keep() == 0) {
            return;
        }
        List<Path> all = complete();
        Optional<Path> best = retention.keepBest() ? best(all) : Optional.empty();
        for (Path dir : all.subList(0, Math.max(0, all.size() - retention.keep()))) {
            boolean major = retention.keepMajor() > 0 && step(dir).getAsInt() % retention.keepMajor() == 0;
            if (!major && !best.equals(Optional.of(dir))) {
                remove(dir);
            }
        }
    }

    private static Optional<Path> best(List<Path> all) {
        return all.stream().filter(dir -> valLossNats(dir).isPresent()).min(Comparator.comparingDouble(dir -> valLossNats(dir).get()));
    }

    private static Optional<Double> valLossNats(Path dir) {
        return CheckpointFiles.complete(dir).map(Manifest::valLossNats);
    }

    /** Out of sight by one rename first, so that a checkpoint is never half there. */
    private void remove(Path dir) {
        Path condemned = hidden("del", dir);
        try {
            DurableFile.moveInto(dir, condemned);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", dir, e.toString());
            return;
        }
        moments.passed("condemned");
        deleteQuietly(condemned);
        moments.passed("deleted");
    }

    private Path hidden(String kind, Path target) {
        return directory.resolve("." + kind + "-" + target.getFileName() + "-" + ProcessHandle.current().pid());
    }

    /** Removes what processes that are no more left unfinished. */
    private void clearLitter() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.sorted().toList()) {
                Matcher matcher = LITTER.matcher(entry.getFileName().toString());
                if (matcher.matches() && !isAlive(Long.parseLong(matcher.group(2)))) {
                    deleteQuietly(entry);
                }
            }
        }
    }

    private static boolean isAlive(long pid) {
        return pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private void deleteQuietly(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
                moments.passed("deleted " + entry.getFileName());
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("cannot delete {}: {}", root, e.toString());
        }
    }
}
