package lockstep.common.stream;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream over another one of which {@link #read(byte[], int, int)} is all that there is: one byte is a block of one, and what is skipped is read. So whatever a
 * stream has to do to each byte (count it, check it, wait for it) stands in one place.
 */
public abstract class BlockStream extends InputStream {
    protected final InputStream in;

    /** @param in closed with this stream */
    protected BlockStream(InputStream in) {
        this.in = in;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public abstract int read(byte[] target, int offset, int length) throws IOException;

    @Override
    public void close() throws IOException {
        in.close();
    }
}
