package lockstep.common.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
    private final CorpusSource source;
    private final TextReading reading;
    private final CorpusNotes notes;
    private final List<StoredText> texts = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();

    private CorpusFiles(CorpusSource source, CorpusNotes notes) {
        this.source = source;
        this.reading = source.reading();
        this.notes = notes;
    }

    /** @param notes told of what is passed over, and later of what is read */
    static CorpusFiles of(CorpusSource source, CorpusNotes notes) throws IOException {
        CorpusFiles files = new CorpusFiles(source, notes);
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
        CorpusFiles files = new CorpusFiles(pipe, notes);
        files.addFile(pipe.name(), spooled);
        return files;
    }

    List<StoredText> texts() {
        return List.copyOf(texts);
    }

    /** Says how often each file is read: a file of many is looked through first, and left out where it turns out to be no text. */
    int readings() {
        return switch (source) {
            case CorpusSource.Directory _,CorpusSource.ZipEntries _ -> 2;
            case CorpusSource.TextFile _,CorpusSource.Pipe _,CorpusSource.Carried _ -> 1;
        };
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
        TextProbe.Probed probed =
            TextProbe.probe(StoredText.listed(name, Files.size(path), () -> Files.newInputStream(path), notes), reading);
        StoredText file = probed.file();
        switch (probed.content()) {
            case Content.Empty _ -> throw new UserError(name + ": the file is empty; expected text");
            case Content.OfKind of -> throw NotText.refusal(name, of.kind(), shellInput(file));
            case Content.Misnamed _ -> throw file.misnamed();
            case Content.Broken broken -> throw broken.excess().refusal(name);
            case Content.JsonValue json -> throw new UserError(name + ": is " + json.advice(shellInput(file)));
            case Content.Text _ -> addText(file);
            case Content.JsonLines _,Content.NoJson _ -> texts.add(file.as(StoredText.Format.JSON_LINES));
        }
    }

    private void addDirectory(Path root) throws IOException {
        List<TextProbe.Probed> found = probed(new SourceWalk(root, notes).files());
        if (DataSetLayout.isDataSet(root)) {
            List<TextProbe.Probed> data = data(found);
            for (TextProbe.Probed file : data) {
                addOne(file, JsonRole.LINES);
            }
        } else {
            addTexts(found);
        }
        requireText(root.toString());
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
                notes.leftOut().add(LeftOut.Reason.HIDDEN);
            } else {
                found.add(StoredText.plain(entry.getName(), Math.max(0, entry.getSize()), () -> zip.getInputStream(entry), notes));
            }
        });
        addTexts(probed(found));
        requireText(path + " (entries " + prefix + "*)");
    }

    private List<TextProbe.Probed> probed(List<StoredText> found) throws IOException {
        List<TextProbe.Probed> probed = new ArrayList<>();
        List<StoredText> sorted = found.stream().sorted(Comparator.comparing(StoredText::name)).toList();
        FileNames.requireDistinct(sorted, StoredText::name);
        for (StoredText file : sorted) {
            probed.add(TextProbe.probe(file, reading));
        }
        return probed;
    }

    /** The files of a data set that are its data, of the split to train on where the names tell of splits. */
    private List<TextProbe.Probed> data(List<TextProbe.Probed> found) {
        Set<String> about = about(found, DataSetLayout::isAbout);
        if (about.size() == found.size()) {
            about = about(found, DataSetLayout::isNotice); // a set of pages or programs
        }
        if (about.size() == found.size()) {
            return found;
        }
        Set<String> names = about;
        List<TextProbe.Probed> data = found.stream().filter(file -> !names.contains(file.file().name())).toList();
        Set<String> others = new TreeSet<>(DataSetLayout.otherSplits(data.stream().map(file -> file.file().name()).toList()));
        for (TextProbe.Probed file : found) {
            String name = file.file().name();
            if (names.contains(name)) {
                notes.leftOut().add(LeftOut.Reason.ABOUT, name, "tells of the data");
            } else if (others.contains(name)) {
                notes.leftOut().add(LeftOut.Reason.OTHER_SPLIT, name, "of validation or test");
            }
        }
        return data.stream().filter(file -> !others.contains(file.file().name())).toList();
    }

    /** JSON lines are data, whatever they are called. */
    private static Set<String> about(List<TextProbe.Probed> found, Predicate<String> isAbout) {
        return found.stream().filter(file -> !(file.content() instanceof Content.JsonLines)).map(file -> file.file().name()).filter(isAbout)
            .collect(Collectors.toCollection(TreeSet::new));
    }

    /** JSON that is no lines plays one of these parts. */
    private enum JsonRole {
        /** The source's data are JSON lines: other JSON tells of them. */
        LINES,
        /** The source is a tree of texts: JSON is one of them. */
        TEXT,
        /** The same, though some files hold JSON lines. */
        TEXT_BESIDE_LINES
    }

    private void addTexts(List<TextProbe.Probed> probed) {
        boolean lines = probed.stream().anyMatch(file -> file.content() instanceof Content.JsonLines);
        boolean texts =
            probed.stream().anyMatch(file -> file.content() instanceof Content.Text && !DataSetLayout.isNotice(file.file().name()));
        for (TextProbe.Probed file : probed) {
            addOne(file, !lines ? JsonRole.TEXT : texts ? JsonRole.TEXT_BESIDE_LINES : JsonRole.LINES);
        }
    }

    private void addOne(TextProbe.Probed probed, JsonRole role) {
        StoredText file = probed.file();
        switch (probed.content()) {
            case Content.Empty _ -> notes.leftOut().add(LeftOut.Reason.EMPTY, file.name(), "empty");
            case Content.OfKind of -> addKind(file, of.kind());
            case Content.Misnamed _ -> notes.leftOut().add(LeftOut.Reason.BROKEN, file.name(), "not compressed as its name says");
            case Content.Broken broken ->
                notes.leftOut().add(LeftOut.Reason.BROKEN, file.name(), broken.excess().found(), broken.excess().advice());
            case Content.JsonLines _ -> texts.add(file.as(StoredText.Format.JSON_LINES));
            case Content.JsonValue json when file.promise() == StoredText.Promise.JSON_LINES ->
                throw new UserError(file.name() + ": is " + json.advice(shellInput(file)));
            case Content.JsonValue json when role == JsonRole.LINES ->
                notes.leftOut().add(LeftOut.Reason.ABOUT, file.name(), json.what(), json.advice(shellInput(file)));
            case Content.NoJson _ when role == JsonRole.LINES ->
                notes.leftOut().add(LeftOut.Reason.ABOUT, file.name(), "no JSON, though its name says so");
            case Content.NoJson _,Content.JsonValue _ when role == JsonRole.TEXT_BESIDE_LINES -> {
                notes.json(file.name());
                addText(file);
            }
            case Content.Text _,Content.NoJson _,Content.JsonValue _ -> addText(file);
        }
    }

    /** A pointer in the place of a text ends the corpus, since a part of it isn't there; one in the place of a picture would not be read anyway. */
    private void addKind(StoredText file, FileKind kind) {
        if (kind.family() == FileKind.Family.POINTER && file.mayBeText()) {
            throw NotText.refusal(file.name(), kind, shellInput(file));
        }
        notes.leftOut().add(LeftOut.Reason.OF_KIND, file.name(), kind.title(), NotText.advice(shellInput(file), kind));
    }

    private void addText(StoredText file) {
        if (file.promise() == StoredText.Promise.TABLE) {
            notes.table(file.name());
        }
        texts.add(reading.delimiter().isPresent() ? file.as(StoredText.Format.DELIMITED) : file);
    }

    private void requireText(String where) {
        if (texts.isEmpty()) {
            throw new UserError(where + ": found no text file; expected at least one; skipped " + notes.leftOut().counts()
                + notes.leftOut().all());
        }
    }

    private ShellInput shellInput(StoredText file) {
        return switch (source) {
            case CorpusSource.TextFile text -> ShellInput.of(text.path(), file.compression());
            case CorpusSource.Directory directory -> ShellInput.of(directory.path().resolve(file.name()), file.compression());
            case CorpusSource.Pipe _ -> new ShellInput.Pipe();
            case CorpusSource.ZipEntries _,CorpusSource.Carried _ -> new ShellInput.File("FILE");
        };
    }

    private static boolean isHidden(ZipEntry entry) {
        return entry.getName().startsWith(".") || entry.getName().contains("/.");
    }
}
