package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class DurableFileTest {
    @TempDir
    private Path directory;

    @Test
    void createsAFileAndLeavesNothingBeside() throws IOException {
        DurableFile.create(directory.resolve("a.txt"), text("new"));
        assertEquals(List.of("a.txt"), names());
        assertEquals("new", Files.readString(directory.resolve("a.txt")));
    }

    @Test
    void showsNothingUnderTheNameUntilAllIsWritten() throws IOException {
        Path file = directory.resolve("a.txt");
        DurableFile.create(file, channel -> {
            text("new").write(channel);
            assertEquals(List.of("a.txt.tmp-" + ProcessHandle.current().pid()), names());
        });
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void createRefusesAnExistingFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        assertTold(() -> DurableFile.create(file, text("new")), file, "already exists");
        assertEquals("old", Files.readString(file));
    }

    @Test
    void replaceTakesThePlaceOfAnExistingFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        DurableFile.replace(file, text("new"));
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void aFullDiskIsSaidPlainlyAndLeavesTheOldFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "old");
        assertTold(() -> DurableFile.replace(file, channel -> {
            text("half").write(channel);
            throw new IOException("No space left on device");
        }), file, "disk is full");
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("a.txt"), names());
    }

    /** Linux has a device that is always full, so what the system really says is known. */
    @Test
    void knowsAFullDiskByWhatTheSystemSays() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "only Linux has /dev/full");
        IOException said = assertThrows(IOException.class, () -> DurableFile.writeAndSync(full, text("new")));
        assertEquals("a.bin: the disk is full; free some space, or write elsewhere",
            FileErrors.translate(Path.of("a.bin"), said).getMessage());
    }

    @Test
    void aBodyThatFailsLeavesNothing() throws IOException {
        assertThrows(IllegalStateException.class, () -> DurableFile.create(directory.resolve("a.txt"), _ -> {
            throw new IllegalStateException("of the body");
        }));
        assertEquals(List.of(), names());
    }

    @Test
    void refusesADirectoryInAFilesPlace() {
        assertTold(() -> DurableFile.create(directory, text("new")), directory, "already exists");
        assertTold(() -> DurableFile.replace(directory, text("new")), directory, "is a directory");
    }

    @Test
    void namesTheDirectoryThatLacks() {
        Path file = directory.resolve("none/a.txt");
        assertTold(() -> DurableFile.create(file, text("new")), file, "no such directory: " + directory.resolve("none"));
    }

    @Test
    void saysWhatTheSystemRefuses() throws IOException {
        Path file = directory.resolve("a.txt");
        assertEquals(file + ": permission denied", FileErrors.translate(file, new AccessDeniedException(file.toString())).getMessage());
        assertEquals(file + ": Read-only file system",
            FileErrors.translate(file, new FileSystemException(file.toString(), null, "Read-only file system")).getMessage());
        assertEquals(file + ": Input/output error", FileErrors.translate(file, new IOException("Input/output error")).getMessage());
        assertEquals(file + ": IOException", FileErrors.translate(file, new IOException()).getMessage());
        Path below = Files.writeString(file, "").resolve("b.txt");
        assertTold(() -> DurableFile.create(below, text("new")), below, "Not a directory");
    }

    private static DurableFile.Body text(String text) {
        return (FileChannel channel) -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
