package lockstep.common.text;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** The bytes of a part of a document; counts them and tells how many came with each read. */
final class PartStream extends FilterInputStream {
    private final LongConsumer onBytes;
    private final long limitBytes;
    private long bytes;

    private PartStream(InputStream in, long limitBytes, LongConsumer onBytes) {
        super(in);
        this.limitBytes = limitBytes;
        this.onBytes = onBytes;
    }

    static PartStream open(CorpusPlan.Part part, LongConsumer onBytes) throws IOException {
        InputStream in = part.document().open();
        try {
            in.skipNBytes(part.from());
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return new PartStream(in, part.to() - part.from(), onBytes);
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
        if (count > 0) {
            bytes += count;
            onBytes.accept(count);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
