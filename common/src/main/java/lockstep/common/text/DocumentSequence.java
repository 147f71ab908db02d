package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongConsumer;

/**
 * The documents of files, one after the other. Looks one ahead, and holds no more than that. Of a source of many files each is read through before anything of it
 * is used, and left out where it holds too much that is no text: what was used could not be taken back.
 */
final class DocumentSequence implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Iterator<StoredText> files;
    private final boolean leavesOut;
    private final TextReading reading;
    private final CorpusNotes notes;
    private final LongConsumer onStored;
    private final Queue<Document> ahead = new ArrayDeque<>(1);
    private Optional<Documents> many = Optional.empty();

    /**
     * @param notes told of what can't be read as it stands
     * @param onStored told of the bytes that are read to look a file through, and of those of files of many documents
     */
    DocumentSequence(CorpusFiles files, TextReading reading, CorpusNotes notes, LongConsumer onStored) {
        this.files = files.texts().iterator();
        this.leavesOut = files.readings() > 1;
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
        if (leavesOut && !isText(file)) {
            return;
        }
        switch (file.format()) {
            case TEXT -> ahead.add(new Document.WholeFile(file));
            case DELIMITED -> many =
                Optional.of(new DelimitedDocuments(file.open(onStored), file.name(), reading.delimiter().orElseThrow(), notes));
            case JSON_LINES -> many = Optional.of(new JsonDocuments(file.open(onStored), file.name(), reading, notes));
        }
    }

    /** Reads a file through, and notes why it is left out where it is no text. */
    private boolean isText(StoredText file) throws IOException {
        long[] storedBytes = {0};
        Optional<TextFaults.Excess> excess = excess(file, count -> {
            storedBytes[0] += count;
            onStored.accept(count);
        });
        excess.ifPresent(found -> {
            notes.leftOut().add(LeftOut.Reason.BROKEN, file.name(), found.found(), found.advice());
            onStored.accept(Math.max(0, 2 * file.storedBytes() - storedBytes[0]));
        });
        return excess.isEmpty();
    }

    private static Optional<TextFaults.Excess> excess(StoredText file, LongConsumer onStored) throws IOException {
        TextFaults faults = new TextFaults();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = file.openPlain(onStored)) {
            in.skipNBytes(file.markBytes());
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                faults.look(buffer, 0, count);
                Optional<TextFaults.Excess> excess = faults.excess(file.mostBytes());
                if (excess.isPresent()) {
                    return excess;
                }
            }
        }
        faults.end();
        return faults.excess(faults.bytes());
    }
}
