package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import lockstep.common.format.FileNames;

/** Finds the files below a directory. Links to directories are not followed, so there are no loops. */
final class SourceWalk {
    private static final String ANNEX_OBJECTS = "/annex/objects/";
    /** A link of git-annex reads like the file that git-annex has elsewhere in the place of a link. */
    private static final byte[] POINTER = ANNEX_OBJECTS.getBytes(StandardCharsets.US_ASCII);

    private final CorpusNotes notes;
    private final List<StoredText> files = new ArrayList<>();

    /** @param notes told of what is passed over */
    SourceWalk(Path root, CorpusNotes notes) throws IOException {
        this.notes = notes;
        walk(root, "");
    }

    List<StoredText> files() {
        return files;
    }

    private void walk(Path directory, String namePrefix) throws IOException {
        List<Path> children;
        try (Stream<Path> stream = Files.list(directory)) {
            children = stream.sorted(Comparator.comparing(FileNames::text)).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path child : children) {
            String name = namePrefix + FileNames.text(child.getFileName());
            if (child.getFileName().toString().startsWith(".")) {
                notes.leftOut().add(LeftOut.Reason.HIDDEN);
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                walk(child, name + "/");
            } else if (Files.isRegularFile(child)) {
                files.add(StoredText.listed(name, Files.size(child), () -> Files.newInputStream(child), notes));
            } else if (isAnnexLink(child)) {
                files.add(StoredText.listed(name, POINTER.length, () -> new ByteArrayInputStream(POINTER), notes));
            } else {
                notes.leftOut().add(LeftOut.Reason.SPECIAL, name, what(child));
            }
        }
    }

    /** Says whether a path is a link of git-annex to a file that isn't there. */
    static boolean isAnnexLink(Path path) {
        try {
            return Files.isSymbolicLink(path) && !Files.exists(path) && Files.readSymbolicLink(path).toString().contains(ANNEX_OBJECTS);
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }

    private static String what(Path path) {
        if (!Files.isSymbolicLink(path)) {
            return "a pipe, a socket or a device";
        }
        if (Files.isDirectory(path)) {
            return "a link to a directory, which is not followed";
        }
        return Files.exists(path) ? "a link to a pipe, a socket or a device" : "a link to a file that isn't there";
    }
}
