package lockstep.common.checkpoint;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that saves a checkpoint, deletes the older one, and dies on the way, with no chance to clean up: as by kill -9. */
final class CrashingSave {
    static final int OLD = 10;
    static final int NEW = 20;
    static final int HALTED = 9;

    private CrashingSave() {}

    /** @param args the run's directory and the number of the moment at which to die */
    public static void main(String[] args) {
        int last = Integer.parseInt(args[1]);
        AtomicInteger passed = new AtomicInteger();
        saveAndRotate(Path.of(args[0]), _ -> {
            if (passed.getAndIncrement() == last) {
                Runtime.getRuntime().halt(HALTED);
            }
        });
    }

    static void saveAndRotate(Path runDir, Moments moments) {
        CheckpointStore store = new CheckpointStore(runDir, moments);
        store.save(Snapshots.of(NEW));
        store.rotate(new Retention(1, 0, false));
    }
}
