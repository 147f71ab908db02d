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
    private final String field;
    private final LongConsumer onStored;
    private final Queue<Document> ahead = new ArrayDeque<>(1);
    private Optional<JsonDocuments> lines = Optional.empty();

    /**
     * @param field of a JSON line
     * @param onStored told of the bytes that are read of files of many documents
     */
    DocumentSequence(List<StoredText> files, String field, LongConsumer onStored) {
        this.files = files.iterator();
        this.field = field;
        this.onStored = onStored;
    }

    boolean hasNext() throws IOException {
        while (ahead.isEmpty()) {
            if (lines.isPresent()) {
                Optional<Document> document = lines.get().next();
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
        if (lines.isPresent()) {
            lines.get().close();
            lines = Optional.empty();
        }
    }

    private void begin(StoredText file) throws IOException {
        switch (file.format()) {
            case TEXT -> ahead.add(new Document.WholeFile(file));
            case JSON_LINES -> lines = Optional.of(new JsonDocuments(file.open(onStored), file.name(), field));
        }
    }
}
