package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.common.format.ModelFile;
import lockstep.common.format.OptimizerStateFile;
import lockstep.common.format.Sha256;
import lockstep.common.model.ModelShape;

/**
 * The checkpoints of a run: {@code RUN_DIR/checkpoints/step_00000100/} with model.bin, state.bin, progress.json and manifest.json. One is written under a
 * temporary name, every file forced to disk, the manifest last, then renamed. A process that dies at any moment leaves the older ones untouched, and its litter is
 * cleared away by the next save. One writer at a time.
 */
public final class CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Pattern NAME = Pattern.compile("step_(\\d{8,10})");
    private static final Pattern LITTER = Pattern.compile("\\.(tmp|del)-step_\\d+-(\\d+)");
    private static final String MODEL = "model.bin";
    private static final String STATE = "state.bin";
    private static final String PROGRESS = "progress.json";
    private static final String MANIFEST = "manifest.json";

    private final Path directory;

    public CheckpointStore(Path runDir) {
        this.directory = runDir.resolve("checkpoints");
    }

    public Path save(Snapshot snapshot) {
        return save(snapshot, OptionalDouble.empty());
    }

    /** @param valLossNats validation loss measured at this state */
    public Path save(Snapshot snapshot, double valLossNats) {
        return save(snapshot, OptionalDouble.of(valLossNats));
    }

    private Path save(Snapshot snapshot, OptionalDouble valLossNats) {
        Path target = directory.resolve(String.format("step_%08d", snapshot.step()));
        try {
            Files.createDirectories(directory);
            clearLitter();
            if (Files.exists(target)) {
                return sameAgain(target, snapshot);
            }
            Path temporary = directory.resolve(".tmp-" + target.getFileName() + "-" + ProcessHandle.current().pid());
            try {
                Files.createDirectory(temporary);
                writeFiles(temporary, snapshot, valLossNats);
                DurableFile.syncDirectory(temporary);
                DurableFile.moveInto(temporary, target);
            } finally {
                delete(temporary);
            }
            return target;
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        }
    }

    /** A resumed run may come upon its own checkpoint; other weights under the same name are somebody's data. */
    private static Path sameAgain(Path target, Snapshot snapshot) throws IOException {
        Optional<Manifest> manifest = completeManifest(target);
        if (manifest.isPresent() && manifest.get().weightsSha256().equals(ModelFile.weightsSha256(snapshot.params()))) {
            return target;
        }
        throw new UserError(
            target + ": already exists and is not this checkpoint; nothing is overwritten, move it away or choose another --out");
    }

    private static void writeFiles(Path dir, Snapshot s, OptionalDouble valLossNats) throws IOException {
        Path model = dir.resolve(MODEL);
        DurableFile.writeAndSync(model, channel -> ModelFile.write(channel, model, s.shape(), s.params()));
        Path state = dir.resolve(STATE);
        DurableFile.writeAndSync(state, channel -> OptimizerStateFile.write(channel, state, s.step(), s.m(), s.v()));
        Double best = s.bestValLossNats().isPresent() ? Double.valueOf(s.bestValLossNats().getAsDouble()) : null;
        writeJson(dir.resolve(PROGRESS), new Progress(s.step(), best, s.tokenizer(), s.lossWindow(), s.gradWindow()));
        List<Manifest.Entry> entries = new ArrayList<>();
        for (String name : List.of(MODEL, STATE, PROGRESS)) {
            Path file = dir.resolve(name);
            entries.add(new Manifest.Entry(name, Files.size(file), Sha256.of(file)));
        }
        Double valLoss = valLossNats.isPresent() ? Double.valueOf(valLossNats.getAsDouble()) : null;
        writeJson(dir.resolve(MANIFEST), new Manifest(Manifest.FORMAT, s.step(), ModelFile.weightsSha256(s.params()), valLoss, entries));
    }

    private static void writeJson(Path file, Object value) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(value);
        DurableFile.writeAndSync(file, channel -> {
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                channel.write(source);
            }
        });
    }

    /** Complete checkpoints by ascending step. */
    public List<Path> complete() {
        return directories().stream().filter(dir -> {
            boolean complete = completeManifest(dir).isPresent();
            if (!complete) {
                LOG.warn("{} is incomplete and left out", dir);
            }
            return complete;
        }).toList();
    }

    public Optional<Path> newestComplete() {
        List<Path> all = directories();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (completeManifest(all.get(i)).isPresent()) {
                return Optional.of(all.get(i));
            }
            LOG.warn("{} is incomplete and left out", all.get(i));
        }
        return Optional.empty();
    }

    private List<Path> directories() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> step(entry).isPresent()).sorted(Comparator.comparingInt(entry -> step(entry).getAsInt()))
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

    /** The manifest, where it can be read and every file it names has its size. */
    private static Optional<Manifest> completeManifest(Path dir) {
        try {
            Manifest manifest = readJson(dir.resolve(MANIFEST), Manifest.class);
            for (Manifest.Entry entry : manifest.files()) {
                if (Files.size(dir.resolve(entry.name())) != entry.bytes()) {
                    return Optional.empty();
                }
            }
            return Optional.of(manifest);
        } catch (IOException | UserError e) {
            LOG.debug("{}: {}", dir, e.toString());
            return Optional.empty();
        }
    }

    private static <T> T readJson(Path file, Class<T> type) {
        try {
            return JSON.readValue(Files.readAllBytes(file), type);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new UserError(file + ": no valid JSON of a checkpoint: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    /**
     * Reads a checkpoint and checks every checksum.
     *
     * @throws UserError when anything is missing or differs, naming the file and both digests
     */
    public static Snapshot load(Path dir) {
        Manifest manifest = readJson(dir.resolve(MANIFEST), Manifest.class);
        if (manifest.format() != Manifest.FORMAT) {
            throw new UserError(dir.resolve(MANIFEST) + ": format: found " + manifest.format() + ", expected " + Manifest.FORMAT);
        }
        for (Manifest.Entry entry : manifest.files()) {
            check(dir.resolve(entry.name()), entry);
        }
        ModelShape shape = ModelFile.readShape(dir.resolve(MODEL));
        float[] params = ModelFile.readParameters(dir.resolve(MODEL));
        float[] m = new float[params.length];
        float[] v = new float[params.length];
        int stateStep = OptimizerStateFile.read(dir.resolve(STATE), m, v);
        Progress progress = readJson(dir.resolve(PROGRESS), Progress.class);
        if (stateStep != progress.step() || manifest.step() != progress.step()) {
            throw new UserError(
                dir + ": step: state.bin has " + stateStep + ", manifest.json " + manifest.step() + ", progress.json " + progress.step()
                    + ", expected the same in all");
        }
        OptionalDouble best = progress.bestValLossNats() == null ? OptionalDouble.empty() : OptionalDouble.of(progress.bestValLossNats());
        return new Snapshot(shape, progress.step(), params, m, v, progress.lossWindow(), progress.gradWindow(), best, progress.tokenizer());
    }

    private static void check(Path file, Manifest.Entry entry) {
        String found = Sha256.of(file);
        if (!found.equals(entry.sha256())) {
            throw new UserError(
                file + ": sha256: found " + found + ", expected " + entry.sha256() + " by manifest.json; the file was damaged");
        }
    }

    /** The tokenizer that a checkpoint's model was trained with, without reading the weights. */
    static String tokenizer(Path dir) {
        return readJson(dir.resolve(PROGRESS), Progress.class).tokenizer();
    }

    /** Deletes what need not stay. */
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
        Path best = null;
        double lowest = Double.POSITIVE_INFINITY;
        for (Path dir : all) {
            Double loss = completeManifest(dir).map(Manifest::valLossNats).orElse(null);
            if (loss != null && loss < lowest) {
                lowest = loss;
                best = dir;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Out of sight by one rename first, so that a checkpoint is never half there. */
    private void remove(Path dir) {
        Path condemned = directory.resolve(".del-" + dir.getFileName() + "-" + ProcessHandle.current().pid());
        try {
            DurableFile.moveInto(dir, condemned);
            delete(condemned);
        } catch (IOException e) {
            throw FileErrors.translate(dir, e);
        }
    }

    /** Removes what processes that are no more left unfinished. */
    private void clearLitter() throws IOException {
        List<Path> litter = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            entries.sorted().forEach(entry -> {
                Matcher matcher = LITTER.matcher(entry.getFileName().toString());
                if (matcher.matches() && !isAlive(matcher.group(2))) {
                    litter.add(entry);
                }
            });
        }
        for (Path entry : litter) {
            delete(entry);
        }
    }

    private static boolean isAlive(String pid) {
        long id = Long.parseLong(pid);
        return id != ProcessHandle.current().pid() && ProcessHandle.of(id).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void delete(Path dir) throws IOException {
        if (!Files.exists(dir)) {
            return;
        }
        try (Stream<Path> entries = Files.list(dir)) {
            for (Path entry : entries.toList()) {
                Files.delete(entry);
            }
        }
        Files.delete(dir);
    }
}
