package lockstep.common.format;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.common.UserError;

/**
 * Writes a directory of files so that it is there whole or not at all: under a hidden name beside its target, then renamed. What a process that died left behind is removed by the
 * next one with the same target.
 */
public final class DurableDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DurableDirectory.class);

    private DurableDirectory() {}

    /** Writes the files, each by {@link DurableFile#writeAndSync}. */
    @FunctionalInterface
    public interface Body {
        void write(Path directory) throws IOException;
    }

    /** @throws UserError when the target exists: nothing is overwritten */
    public static void requireAbsent(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw FileErrors.translate(target, new FileAlreadyExistsException(target.toString()));
        }
    }

    /** @throws UserError when the target exists, or the disk is full, or its parent isn't there or may not be written */
    public static void create(Path target, Body body) {
        requireAbsent(target);
        Path absolute = target.toAbsolutePath().normalize();
        String prefix = ".tmp-" + absolute.getFileName() + "-";
        Path temporary = absolute.resolveSibling(prefix + ProcessHandle.current().pid());
        try {
            clearLitter(absolute.getParent(), prefix);
            Files.createDirectory(temporary);
            body.write(temporary);
            DurableFile.syncDirectory(temporary);
            requireAbsent(target);
            DurableFile.moveInto(temporary, absolute);
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void clearLitter(Path parent, String prefix) throws IOException {
        for (Path entry : children(parent)) {
            String pid = entry.getFileName().toString().startsWith(prefix) ? entry.getFileName().toString().substring(prefix.length()) : "";
            if (pid.matches("\\d{1,10}")
                && (Long.parseLong(pid) == ProcessHandle.current().pid() || ProcessHandle.of(Long.parseLong(pid)).isEmpty())) {
                deleteQuietly(entry);
            }
        }
    }

    private static void deleteQuietly(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            for (Path file : children(directory)) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", directory, e.toString());
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }
}
