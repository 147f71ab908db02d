package lockstep.common.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import lockstep.common.UserError;
import lockstep.common.filekind.FileKind;
import lockstep.common.format.FileNames;

/**
 * Lists the files of a source that hold text in name order (the path below the source with {@code /}, compared by UTF-16 units): the order of a file
 * system or a ZIP file says
 * nothing. Holds names and sizes of all files, the bytes of none.
 */
final class CorpusFiles implements AutoCloseable {
    private final TextReading reading;
    private final CorpusNotes notes;
    private final List<StoredText> texts = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();
    private int hidden;
    private int binary;
    private int empty;
    private int special;
    private int about;
    private int otherSplits;

    private CorpusFiles(TextReading reading, CorpusNotes notes) {
        this.reading = reading;
        this.notes = notes;
    }

    /** @param notes told of what is passed over, and later of what is read */
    static CorpusFiles of(CorpusSource source, CorpusNotes notes) throws IOException {
        CorpusFiles files = new CorpusFiles(source.reading(), notes);
        try {
            switch (source) {
                case CorpusSource.TextFile text -> files.addFile(text.path().toString(), text.path());
                case CorpusSource.Directory directory -> files.addDirectory(directory.path());
                case CorpusSource.ZipEntries entries -> files.addZip(entries.path(), entries.prefix());
                case CorpusSource.Pipe pipe -> throw new IllegalArgumentException(pipe.name() + " can be read but once");
                case CorpusSource.Carried _ ->
                    files.texts.add(StoredText.plain(Shakespeare.NAME, Shakespeare.BYTES, Shakespeare::open, notes));
            }
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
        return files;
    }

    /** @param spooled the bytes that came through the pipe */
    static CorpusFiles ofPipe(CorpusSource.Pipe pipe, Path spooled, CorpusNotes notes) throws IOException {
        CorpusFiles files = new CorpusFiles(pipe.reading(), notes);
        files.addFile(pipe.name(), spooled);
        return files;
    }

    List<StoredText> texts() {
        return List.copyOf(texts);
    }

    SkippedFiles skipped() {
        return new SkippedFiles(hidden, binary, empty, special, about, otherSplits);
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

    private void addFile(String name, Path path) throws IOException {
        TextProbe.Probed probed = TextProbe.probe(storedText(name, path), reading.field());
        StoredText file = probed.file();
        switch (probed.content()) {
            case Content.Empty _ -> throw new UserError(name + ": the file is empty; expected text");
            case Content.OfKind of -> throw NotText.refusal(name, of.kind());
            case Content.NulByte _ ->
                throw new UserError(name + ": holds a NUL byte in its first kilobyte, so it is no plain text; expected UTF-8");
            case Content.JsonValue json -> throw new UserError(name + ": is " + json.advice(name));
            case Content.Text _,Content.NotUtf8 _ -> addText(file);
            case Content.JsonLines _,Content.NoJson _ -> texts.add(file.as(StoredText.Format.JSON_LINES));
        }
    }

    private void addDirectory(Path root) throws IOException {
        List<StoredText> found = new ArrayList<>();
        boolean dataSet = DataSetLayout.isDataSet(root);
        walk(root, "", found);
        addTexts(dataSet ? data(found) : found, dataSet);
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
                found.add(StoredText.plain(entry.getName(), Math.max(0, entry.getSize()), () -> zip.getInputStream(entry), notes));
            }
        });
        addTexts(found, false);
        requireText(path + " (entries " + prefix + "*)");
    }

    /** The files of a data set that are its data, of the split to train on where the names tell of splits. */
    private List<StoredText> data(List<StoredText> found) {
        List<StoredText> data = found.stream().filter(file -> !DataSetLayout.isAbout(file.name())).toList();
        if (data.isEmpty()) {
            return found;
        }
        about += found.size() - data.size();
        TreeSet<String> others = new TreeSet<>(DataSetLayout.otherSplits(data.stream().map(StoredText::name).toList()));
        otherSplits += others.size();
        return data.stream().filter(file -> !others.contains(file.name())).toList();
    }

    private void addTexts(List<StoredText> found, boolean dataSet) throws IOException {
        List<TextProbe.Probed> probed = new ArrayList<>();
        List<StoredText> sorted = found.stream().sorted(Comparator.comparing(StoredText::name)).toList();
        FileNames.requireDistinct(sorted, StoredText::name);
        for (StoredText file : sorted) {
            probed.add(TextProbe.probe(file, reading.field()));
        }
        boolean lines = dataSet || probed.stream().anyMatch(file -> file.content() instanceof Content.JsonLines);
        for (TextProbe.Probed file : probed) {
            addOne(file, lines);
        }
    }

    /** @param lines the source holds JSON lines: then other JSON tells of them, and is no text */
    private void addOne(TextProbe.Probed probed, boolean lines) {
        StoredText file = probed.file();
        switch (probed.content()) {
            case Content.Empty _ -> empty++;
            case Content.OfKind of -> addKind(file.name(), of.kind());
            case Content.NulByte _ -> addUnknown(file.name() + " (NUL bytes)");
            case Content.NotUtf8 _ -> addUnknown(file.name() + " (bytes that are no UTF-8)");
            case Content.JsonLines _ -> texts.add(file.as(StoredText.Format.JSON_LINES));
            case Content.NoJson _ when lines -> texts.add(file.as(StoredText.Format.JSON_LINES));
            case Content.JsonValue json when file.promise() == StoredText.Promise.JSON_LINES ->
                throw new UserError(file.name() + ": is " + json.advice(file.name()));
            case Content.JsonValue json when lines -> {
                about++;
                notes.skipped(file.name() + " (" + json.what() + ")", json.advice(file.name()));
            }
            case Content.Text _,Content.NoJson _,Content.JsonValue _ -> addText(file);
        }
    }

    private void addKind(String name, FileKind kind) {
        if (kind.family() == FileKind.Family.POINTER) {
            throw NotText.refusal(name, kind);
        }
        binary++;
        notes.skipped(name + " (" + kind.title() + ")", NotText.advice(name, kind));
    }

    private void addUnknown(String example) {
        binary++;
        notes.unknown(example);
    }

    private void addText(StoredText file) {
        if (file.promise() == StoredText.Promise.TABLE) {
            notes.table(file.name());
        }
        texts.add(reading.delimiter().isPresent() ? file.as(StoredText.Format.DELIMITED) : file);
    }

    private void requireText(String source) {
        if (texts.isEmpty()) {
            throw new UserError(source + ": found no text file; expected at least one; skipped " + skipped() + notes.skippedAll());
        }
    }

    private StoredText storedText(String name, Path path) throws IOException {
        return StoredText.named(name, Files.size(path), () -> Files.newInputStream(path), notes);
    }

    private static boolean isHidden(ZipEntry entry) {
        return entry.getName().startsWith(".") || entry.getName().contains("/.");
    }
}
