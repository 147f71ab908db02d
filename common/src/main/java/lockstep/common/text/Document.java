package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;

/**
 * One text of a corpus.
 *
 * @param name for messages
 * @param bytes its length when it was listed
 */
record Document(String name, long bytes, Opener opener) {
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    InputStream open() throws IOException {
        return opener.open();
    }
}
