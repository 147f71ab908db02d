package lockstep.deploy.dashboard;

import java.io.IOException;
import java.util.Optional;

import lockstep.common.format.FileSlice;

/** The files of a run's directory, wherever that is. */
@FunctionalInterface
public interface RunFiles {
    /**
     * @param name that {@link RunFileNames} knows
     * @param offset of the first byte, at least 0
     * @param maxBytes 1 to {@link FileSlice#MAX_BYTES}
     * @return nothing where there is no such file
     * @throws IOException when it can't be told now, and perhaps later
     */
    Optional<FileSlice> read(String name, long offset, int maxBytes) throws IOException;
}
