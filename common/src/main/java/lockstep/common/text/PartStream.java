package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;

import lockstep.common.stream.BlockStream;

/** The next so many bytes of a document; counts them. Not to be closed where more of the document is wanted. */
final class PartStream extends BlockStream {
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
    public int read(byte[] target, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, limitBytes - bytes);
        if (wanted == 0 && length > 0) {
            return -1;
        }
        int count = in.read(target, offset, wanted);
        bytes += Math.max(0, count);
        return count;
    }
}
