package lockstep.common.text;

import java.io.BufferedInputStream;
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

/**
 * Lists the texts of a source in name order (the path below the source with {@code /}, compared by UTF-16 units): the order of a file
 * system or a ZIP file says
 * nothing. Holds names and sizes of all documents, the bytes of none.
 */
final class Documents implements AutoCloseable {
    private final List<Document> texts = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();
    private int hidden;
    private int binary;
    private int empty;
    private int special;

    private Documents() {}

    static Documents of(CorpusSource source) throws IOException {
        Documents documents = new Documents();
        try {
            switch (source) {
                case CorpusSource.TextFile file -> documents.addFile(file.path());
                case CorpusSource.Directory directory -> documents.addDirectory(directory.path());
                case CorpusSource.ZipEntries entries -> documents.addZip(entries.path(), entries.prefix());
            }
        } catch (IOException | RuntimeException e) {
            documents.close();
            throw e;
        }
        return documents;
    }

    List<Document> texts() {
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
        Document document = fileDocument(path.toString(), path);
        switch (probe(document)) {
            case EMPTY -> throw new UserError(path + ": the file is empty; expected plain text");
            case NUL_BYTE -> throw new UserError(path + ": holds a NUL byte in its first kilobyte, so it is no plain text; expected UTF-8");
            case TEXT, NOT_UTF8 -> texts.add(document);
        }
    }

    private void addDirectory(Path root) throws IOException {
        List<Document> found = new ArrayList<>();
        walk(root, "", found);
        addTexts(found);
        requireText(root.toString());
    }

    /** Links to directories are not followed, so there are no loops. */
    private void walk(Path directory, String namePrefix, List<Document> found) throws IOException {
        List<Path> children;
        try (Stream<Path> stream = Files.list(directory)) {
            children = stream.toList();
        }
        for (Path child : children) {
            String name = namePrefix + child.getFileName();
            if (child.getFileName().toString().startsWith(".")) {
                hidden++;
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                walk(child, name + "/", found);
            } else if (Files.isRegularFile(child)) {
                found.add(fileDocument(name, child));
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
        List<Document> found = new ArrayList<>();
        zip.stream().filter(entry -> !entry.isDirectory() && entry.getName().startsWith(prefix)).forEach(entry -> {
            if (isHidden(entry)) {
                hidden++;
            } else {
                found.add(new Document(entry.getName(), Math.max(0, entry.getSize()), () -> zip.getInputStream(entry)));
            }
        });
        addTexts(found);
        requireText(path + " (entries " + prefix + "*)");
    }

    private void addTexts(List<Document> found) throws IOException {
        found.sort(Comparator.comparing(Document::name));
        for (Document document : found) {
            switch (probe(document)) {
                case EMPTY -> empty++;
                case NUL_BYTE, NOT_UTF8 -> binary++;
                case TEXT -> texts.add(document);
            }
        }
    }

    private void requireText(String source) {
        if (texts.isEmpty()) {
            throw new UserError(source + ": found no text file; expected at least one; skipped " + skipped());
        }
    }

    private static Document fileDocument(String name, Path path) throws IOException {
        return new Document(name, Files.size(path), () -> new BufferedInputStream(Files.newInputStream(path), 1 << 16));
    }

    private static TextProbe.Verdict probe(Document document) throws IOException {
        try (InputStream in = document.open()) {
            return TextProbe.probe(in);
        }
    }

    private static boolean isHidden(ZipEntry entry) {
        return entry.getName().startsWith(".") || entry.getName().contains("/.");
    }
}
