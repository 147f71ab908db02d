package lockstep.deploy.command;

import java.nio.file.Path;
import java.util.Locale;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.checkpoint.Snapshot;
import lockstep.common.format.DurableDirectory;
import lockstep.common.format.DurableFile;
import lockstep.common.format.ModelFile;
import lockstep.common.format.TrainerStateFile;
import lockstep.deploy.model.StoredModel;

/** A directory in which llm.c's CUDA trainer finds a checkpoint of its own. */
final class LlmcDirectory {
    private LlmcDirectory() {}

    /**
     * @param bf16 for a trainer with bf16 weights, which wants the fp32 ones as masters in the state
     * @throws UserError when the model is no checkpoint, and so has no moments, or the target exists
     */
    static void write(Path target, StoredModel stored, boolean bf16, ByteProgressBar bar) {
        Path checkpoint = stored.file().toAbsolutePath().getParent();
        if (!CheckpointStore.isCheckpoint(checkpoint)) {
            throw new UserError(
                stored.file() + ": holds no optimizer state, expected a checkpoint or a run directory for llmc; bin takes weights alone");
        }
        Snapshot s = CheckpointStore.load(checkpoint);
        DurableDirectory.create(target, directory -> {
            Path model = directory.resolve(String.format(Locale.ROOT, "model_%08d.bin", s.step()));
            DurableFile.writeAndSync(model, channel -> {
                if (bf16) {
                    ModelFile.writeBf16(channel, model, s.shape(), s.params());
                } else {
                    ModelFile.write(channel, model, s.shape(), s.params());
                }
            });
            Path state = directory.resolve(String.format(Locale.ROOT, "state_%08d_00000.bin", s.step()));
            long bytes = (bf16 ? 3L : 2L) * Float.BYTES * s.params().length;
            DurableFile.writeAndSync(state, channel -> TrainerStateFile.write(channel, state, s.step(),
                new float[][] {s.params(), s.m(), s.v()}, bf16, done -> bar.progress(done, bytes)));
            DurableFile.writeAndSync(directory.resolve(String.format(Locale.ROOT, "DONE_%08d", s.step())),
                DurableFile.content(new byte[0]));
        });
    }
}
