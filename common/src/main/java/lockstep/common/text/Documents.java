package lockstep.common.text;

import java.io.IOException;
import java.util.Optional;

/** The documents of one file that holds many. */
interface Documents extends AutoCloseable {
    /** The next document, or empty at the end. */
    Optional<Document> next() throws IOException;

    @Override
    void close() throws IOException;
}
