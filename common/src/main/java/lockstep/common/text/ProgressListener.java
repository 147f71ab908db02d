package lockstep.common.text;

/** Told how far a long job over bytes has come. Called often, from the thread that works: must be quick. */
@FunctionalInterface
public interface ProgressListener {
    /** Listens to nothing. */
    ProgressListener SILENT = (doneBytes, totalBytes) -> {};

    /**
     * @param doneBytes bytes so far, never falling
     * @param totalBytes bytes in all as known now
     */
    void progress(long doneBytes, long totalBytes);
}
