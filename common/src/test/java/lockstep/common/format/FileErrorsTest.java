package lockstep.common.format;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

class FileErrorsTest {
    @TempDir
    private Path directory;

    static Stream<Arguments> reasons() {
        return Stream.of(
            Arguments.of(new IOException("No space left on device"), "the disk is full; free some space, or write elsewhere"),
            Arguments.of(new FileSystemException("a.tmp-1", null, "No space left on device"),
                "the disk is full; free some space, or write elsewhere"),
            Arguments.of(new FileSystemException("a.tmp-1", null, "Disk quota exceeded"),
                "the disk is full; free some space, or write elsewhere"),
            Arguments.of(new IOException("File too large"),
                "may not grow any more; raise this process's limit (ulimit -f), or write to a file system that takes larger files"),
            Arguments.of(new NoSuchFileException("a.tmp-1"), "no such file or directory"),
            Arguments.of(new AccessDeniedException("a.tmp-1"), "permission denied"),
            Arguments.of(new FileAlreadyExistsException("a.bin"),
                "already exists; nothing is overwritten, choose another name or remove it"),
            Arguments.of(new NotDirectoryException("a.bin"), "is not a directory"),
            Arguments.of(new DirectoryNotEmptyException("a.bin"), "directory is not empty"),
            Arguments.of(new IOException("Is a directory"), "is a directory, expected a file"),
            Arguments.of(new FileSystemException("a.tmp-1", null, "Too many open files"), "Too many open files"),
            Arguments.of(new IOException("Input/output error"), "Input/output error"),
            Arguments.of(new IOException(), "IOException"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aReasonIsToldInOneLineOfTheFileThatWasAskedFor(IOException e, String told) {
        Path file = directory.resolve("a.bin");
        UserError error = FileErrors.translate(file, e);
        assertEquals(file + ": " + told, error.getMessage());
        assertSame(e, error.getCause());
    }

    @Test
    void theDirectoryThatLacksIsNamedAndNotTheFile() {
        Path file = directory.resolve("none/a.bin");
        assertEquals(file + ": no such directory: " + directory.resolve("none"),
            FileErrors.translate(file, new NoSuchFileException("a.tmp-1")).getMessage());
    }

    @Test
    void aNameWithoutADirectoryIsNamedAsItIs() {
        assertEquals("a.bin: no such file or directory",
            FileErrors.translate(Path.of("a.bin"), new NoSuchFileException("a.bin")).getMessage());
    }

    @Test
    void aDirectoryInTheFilesPlaceIsSeenWhateverTheSystemSaid() {
        assertEquals(directory + ": is a directory, expected a file",
            FileErrors.translate(directory, new IOException("Invalid argument")).getMessage());
    }
}
