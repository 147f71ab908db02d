package lockstep.common.text;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongConsumer;

/** The documents of files, one after the other. Looks one ahead, and holds no more than that. */
final class DocumentSequence implements AutoCloseable {
    private final Iterator<StoredText> files;
    private final TextReading reading;
    private final CorpusNotes notes;
    private final LongConsumer onStored;
    private final Queue<Document> ahead = new ArrayDeque<>(1);
    private Optional<Documents> many = Optional.empty();

    /**
     * @param notes told of what can't be read as it stands
     * @param onStored told of the bytes that are read of files of many documents
     */
    DocumentSequence(List<StoredText> files, TextReading reading, CorpusNotes notes, LongConsumer onStored) {
        this.files = files.iterator();
        this.reading = reading;
        this.notes = notes;
        this.onStored = onStored;
    }

    boolean hasNext() throws IOException {
        while (ahead.isEmpty()) {
            if (many.isPresent()) {
                Optional<Document> document = many.get().next();
                document.ifPresent(ahead::add);
                if (document.isEmpty()) {
                    close();
                }
            } else if (files.hasNext()) {
                begin(files.next());
            } else {
                return false;
            }
        }
        return true;
    }

    Document next() throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException("no more documents");
        }
        return ahead.remove();
    }

    @Override
    public void close() throws IOException {
        if (many.isPresent()) {
            many.get().close();
            many = Optional.empty();
        }
    }

    private void begin(StoredText file) throws IOException {
        switch (file.format()) {
            case TEXT -> ahead.add(new Document.WholeFile(file));
            case DELIMITED -> many =
                Optional.of(new DelimitedDocuments(file.open(onStored), file.name(), reading.delimiter().orElseThrow(), notes));
            case JSON_LINES -> many = Optional.of(new JsonDocuments(file.open(onStored), file.name(), reading, notes));
        }
    }
}
