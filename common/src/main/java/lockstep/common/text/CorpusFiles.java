package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import lockstep.common.UserError;
import lockstep.common.format.FileNames;

/**
 * Lists the files of a source that hold text in name order (the path below the source with {@code /}, compared by UTF-16 units): the order of a file
 * system or a ZIP file says
 * nothing. Holds names and sizes of all files, the bytes of none.
 */
final class CorpusFiles implements AutoCloseable {
    private final List<StoredText> texts = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();
    private int hidden;
    private int binary;
    private int empty;
    private int special;

    private CorpusFiles() {}

    static CorpusFiles of(CorpusSource source) throws IOException {
        CorpusFiles files = new CorpusFiles();
        try {
            switch (source) {
                case CorpusSource.TextFile text -> files.addFile(text.path());
                case CorpusSource.Directory directory -> files.addDirectory(directory.path());
                case CorpusSource.ZipEntries entries -> files.addZip(entries.path(), entries.prefix());
            }
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
        return files;
    }

    List<StoredText> texts() {
        return List.copyOf(texts);
    }

    SkippedFiles skipped() {
        return new SkippedFiles(hidden, binary, empty, special);
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private void addFile(Path path) throws IOException {
        StoredText file = storedText(path.toString(), path);
        switch (probe(file)) {
            case EMPTY -> throw new UserError(path + ": the file is empty; expected text");
            case NUL_BYTE -> throw new UserError(path + ": holds a NUL byte in its first kilobyte, so it is no plain text; expected UTF-8");
            case TEXT, NOT_UTF8 -> texts.add(file);
        }
    }

    private void addDirectory(Path root) throws IOException {
        List<StoredText> found = new ArrayList<>();
        walk(root, "", found);
        addTexts(found);
        requireText(root.toString());
    }

    /** Links to directories are not followed, so there are no loops. */
    private void walk(Path directory, String namePrefix, List<StoredText> found) throws IOException {
        List<Path> children;
        try (Stream<Path> stream = Files.list(directory)) {
            children = stream.toList();
        }
        for (Path child : children) {
            String name = namePrefix + FileNames.text(child.getFileName());
            if (child.getFileName().toString().startsWith(".")) {
                hidden++;
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                walk(child, name + "/", found);
            } else if (Files.isRegularFile(child)) {
                found.add(storedText(name, child));
            } else {
                special++;
            }
        }
    }

    private void addZip(Path path, String prefix) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile());
        } catch (ZipException e) {
            throw new UserError(path + ": not a readable ZIP file: " + e.getMessage(), e);
        }
        resources.add(zip);
        List<StoredText> found = new ArrayList<>();
        zip.stream().filter(entry -> !entry.isDirectory() && entry.getName().startsWith(prefix)).forEach(entry -> {
            if (isHidden(entry)) {
                hidden++;
            } else {
                found.add(StoredText.plain(entry.getName(), Math.max(0, entry.getSize()), () -> zip.getInputStream(entry)));
            }
        });
        addTexts(found);
        requireText(path + " (entries " + prefix + "*)");
    }

    private void addTexts(List<StoredText> found) throws IOException {
        found.sort(Comparator.comparing(StoredText::name));
        FileNames.requireDistinct(found, StoredText::name);
        for (StoredText file : found) {
            switch (probe(file)) {
                case EMPTY -> empty++;
                case NUL_BYTE, NOT_UTF8 -> binary++;
                case TEXT -> texts.add(file);
            }
        }
    }

    private void requireText(String source) {
        if (texts.isEmpty()) {
            throw new UserError(source + ": found no text file; expected at least one; skipped " + skipped());
        }
    }

    private static StoredText storedText(String name, Path path) throws IOException {
        return StoredText.named(name, Files.size(path), () -> Files.newInputStream(path));
    }

    private static TextProbe.Verdict probe(StoredText file) throws IOException {
        try (InputStream in = file.open(bytes -> {})) {
            return TextProbe.probe(in);
        }
    }

    private static boolean isHidden(ZipEntry entry) {
        return entry.getName().startsWith(".") || entry.getName().contains("/.");
    }
}
