package lockstep.deploy.download;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes of the file from an offset on.
 *
 * @param fromBytes 0, or where the part at hand ends
 */
record Body(InputStream in, long fromBytes) implements Closeable {
    @Override
    public void close() throws IOException {
        in.close();
    }
}
