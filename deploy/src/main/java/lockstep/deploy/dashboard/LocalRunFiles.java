package lockstep.deploy.dashboard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.format.FileSlice;

/** Those of a directory of this machine. */
public record LocalRunFiles(Path runDir) implements RunFiles {
    @Override
    public Optional<FileSlice> read(String name, long offset, int maxBytes) throws IOException {
        if (!RunFileNames.isOne(name)) {
            throw new IllegalArgumentException("no file of a run: " + name);
        }
        return FileSlice.read(runDir.resolve(name), offset, maxBytes);
    }
}
