package lockstep.common.format;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

import lockstep.common.UserError;

/** Puts what the operating system says of a file into one line that a user can act on. */
public final class FileErrors {
    private FileErrors() {}

    /** @param path the file or directory that was asked for */
    public static UserError translate(Path path, IOException e) {
        return new UserError(path + ": " + reason(path, e), e);
    }

    /**
     * Opening a pipe would wait for its writer, and a directory has a size of its own; neither can be mapped.
     *
     * @throws UserError when the path names one of these
     */
    public static void requireRegular(Path path) {
        if (Files.isDirectory(path)) {
            throw new UserError(path + ": is a directory, expected a file");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new UserError(path + ": is a pipe or a device, expected a file");
        }
    }

    private static String reason(Path path, IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
            return "the disk is full; free some space, or write elsewhere";
        }
        if (message.contains("File too large")) {
            return "may not grow any more; raise this process's limit (ulimit -f), or write to a file system that takes larger files";
        }
        return switch (e) {
            case NoSuchFileException _ -> missing(path);
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "already exists; nothing is overwritten, choose another name or remove it";
            case NotDirectoryException _ -> "is not a directory";
            case DirectoryNotEmptyException _ -> "directory is not empty";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> message.contains("Is a directory") || Files.isDirectory(path) ? "is a directory, expected a file" : message;
        };
    }

    /** What is written goes under a temporary name first, of which the user knows nothing: name the directory that lacks. */
    private static String missing(Path path) {
        Path parent = path.getParent();
        return parent != null && Files.notExists(parent) ? "no such directory: " + parent : "no such file or directory";
    }
}
