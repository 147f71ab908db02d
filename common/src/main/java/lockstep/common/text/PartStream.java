package lockstep.common.text;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The next so many bytes of a document; counts them. Not to be closed where more of the document is wanted. */
final class PartStream extends FilterInputStream {
    private final long limitBytes;
    private long bytes;

    /** @param limitBytes {@link Long#MAX_VALUE} for all that there is */
    PartStream(InputStream in, long limitBytes) {
        super(in);
        this.limitBytes = limitBytes;
    }

    /** Bytes read so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, limitBytes - bytes);
        if (wanted == 0 && length > 0) {
            return -1;
        }
        int count = super.read(target, offset, wanted);
        bytes += Math.max(0, count);
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
