package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

import lockstep.common.format.FileErrors;

/** The secret of a cluster that {@code --nodes} started, in the run's directory, so that nodes can be added to it. Of each start its own. */
final class SecretFile {
    private static final String NAME = "cluster.secret";

    private SecretFile() {}

    static Path of(Path runDirectory) {
        return runDirectory.resolve(NAME);
    }

    /** Readable by its owner alone from its first moment on. */
    static void write(Path runDirectory, String secret) {
        Path file = of(runDirectory);
        try {
            Files.deleteIfExists(file);
            boolean posix = Files.getFileStore(runDirectory).supportsFileAttributeView("posix");
            FileAttribute<?>[] owner =
                posix
                    ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                    : new FileAttribute<?>[0];
            Files.createFile(file, owner);
            Files.writeString(file, secret + "\n", StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }
}
