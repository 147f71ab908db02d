package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;

import lockstep.common.stream.BlockStream;

/** The next so many bytes of a document; counts them. Not to be closed where more of the document is wanted. */
final class PartStream extends BlockStream {
    private final long limitBytes;
    private final MarkCount marks;
    private long bytes;

    /**
     * @param limitBytes {@link Long#MAX_VALUE} for all that there is
     * @param marks looks at what is read
     */
    PartStream(InputStream in, long limitBytes, MarkCount marks) {
        super(in);
        this.limitBytes = limitBytes;
        this.marks = marks;
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
        marks.look(target, offset, count);
        bytes += Math.max(0, count);
        return count;
    }
}
