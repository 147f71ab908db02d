package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.ModelFile;
import lockstep.common.format.OptimizerStateFile;
import lockstep.common.format.Sha256;
import lockstep.common.model.ModelShape;

/** The files within one checkpoint's directory. */
final class CheckpointFiles {
    static final String MODEL = "model.bin";
    static final String STATE = "state.bin";
    static final String PROGRESS = "progress.json";
    static final String MANIFEST = "manifest.json";
    /** What the manifest vouches for, in its order. */
    private static final List<String> LISTED = List.of(MODEL, STATE, PROGRESS);
    /** The checksums are right when this is said, so the file is not damaged. */
    private static final String DIVERGED =
        "training had diverged when this checkpoint was written; resume from an older checkpoint by moving this one away";
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFiles.class);

    private CheckpointFiles() {}

    /** A state, and the validation loss where one was measured at it. */
    record Content(Snapshot snapshot, OptionalDouble valLossNats) {}

    /** Writes all files into an empty directory, each forced to disk, the manifest last. */
    static void write(Path dir, Content content, Moments moments) throws IOException {
        Snapshot s = content.snapshot();
        Path model = dir.resolve(MODEL);
        DurableFile.writeAndSync(model, channel -> {
            ModelFile.write(channel, model, s.shape(), s.params());
            moments.passed("unsynced " + MODEL);
        });
        moments.passed(MODEL);
        Path state = dir.resolve(STATE);
        DurableFile.writeAndSync(state, channel -> OptimizerStateFile.write(channel, state, s.step(), s.m(), s.v()));
        moments.passed(STATE);
        DurableFile.writeAndSync(dir.resolve(PROGRESS), Json.body(Progress.of(s)));
        moments.passed(PROGRESS);
        List<Manifest.Entry> entries = new ArrayList<>();
        for (String name : LISTED) {
            Path file = dir.resolve(name);
            entries.add(new Manifest.Entry(name, Files.size(file), Sha256.of(file)));
        }
        Double valLoss = content.valLossNats().isPresent() ? Double.valueOf(content.valLossNats().getAsDouble()) : null;
        Manifest manifest = new Manifest(Manifest.FORMAT, s.step(), ModelFile.weightsSha256(s.params()), valLoss, entries);
        DurableFile.writeAndSync(dir.resolve(MANIFEST), Json.body(manifest));
        moments.passed(MANIFEST);
    }

    /**
     * The manifest, where the directory is complete: it can be read, and every file it vouches for has its size. Contents are checked
     * when they are loaded.
     */
    static Optional<Manifest> complete(Path dir) {
        try {
            Manifest manifest = Json.read(dir.resolve(MANIFEST), Manifest.class);
            if (manifest.format() != Manifest.FORMAT) {
                // complete for a later program: to load it says so, where to pass over it would quietly go back in time
                return Optional.of(manifest);
            }
            if (!manifest.lists(LISTED)) {
                return Optional.empty();
            }
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

    /**
     * Whether a complete checkpoint holds this state. Validation losses are no part of it: a resumed run may measure where the first
     * didn't.
     */
    static boolean holds(Path dir, Snapshot s) {
        Progress progress = Json.read(dir.resolve(PROGRESS), Progress.class);
        return progress.sameState(Progress.of(s)) && ModelFile.readShape(dir.resolve(MODEL)).equals(s.shape())
            && ModelFile.weightsSha256(dir.resolve(MODEL)).equals(ModelFile.weightsSha256(s.params()))
            && OptimizerStateFile.momentsSha256(dir.resolve(STATE)).equals(OptimizerStateFile.momentsSha256(s.m(), s.v()));
    }

    static Snapshot read(Path dir) {
        Manifest manifest = manifest(dir);
        check(dir, manifest);
        ModelShape shape = ModelFile.readShape(dir.resolve(MODEL));
        float[] params = ModelFile.readParameters(dir.resolve(MODEL), DIVERGED);
        float[] m = new float[params.length];
        float[] v = new float[params.length];
        int stateStep = OptimizerStateFile.read(dir.resolve(STATE), m, v, DIVERGED);
        Progress progress = Json.read(dir.resolve(PROGRESS), Progress.class);
        if (stateStep != progress.step() || manifest.step() != progress.step()) {
            throw new UserError(dir + ": step: found " + stateStep + " in " + STATE + ", " + manifest.step() + " in " + MANIFEST + ", "
                + progress.step() + " in " + PROGRESS + ", expected the same in all");
        }
        return progress.snapshot(shape, params, m, v);
    }

    /** The manifest of a directory that is meant to be a checkpoint. */
    static Manifest manifest(Path dir) {
        Path file = dir.resolve(MANIFEST);
        Manifest manifest = Json.read(file, Manifest.class);
        if (manifest.format() != Manifest.FORMAT) {
            throw new UserError(file + ": format: found " + manifest.format() + ", expected " + Manifest.FORMAT
                + "; another version of Lockstep wrote it");
        }
        if (!manifest.lists(LISTED)) {
            throw new UserError(file + ": files: found " + manifest.files() + ", expected " + LISTED);
        }
        return manifest;
    }

    /** Holds every file against its checksum. */
    static void check(Path dir, Manifest manifest) {
        for (Manifest.Entry entry : manifest.files()) {
            check(dir.resolve(entry.name()), entry);
        }
    }

    private static void check(Path file, Manifest.Entry entry) {
        String found = Sha256.of(file);
        if (!found.equals(entry.sha256())) {
            throw new UserError(file + ": sha256: found " + found + ", expected " + entry.sha256() + " by " + MANIFEST
                + "; the file was damaged, resume from an older checkpoint by moving this one away");
        }
    }

    /**
     * The tokenizer that the model was trained with, without reading the weights; none in a directory that holds a model and nothing of
     * ours.
     */
    static Optional<String> tokenizer(Path dir) {
        Path progress = dir.resolve(PROGRESS);
        if (!Files.exists(progress)) {
            return Optional.empty();
        }
        return Optional.ofNullable(Json.read(progress, Progress.class).tokenizer()).filter(name -> !name.equals("none"));
    }
}
