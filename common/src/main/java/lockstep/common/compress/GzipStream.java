package lockstep.common.compress;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

import lockstep.common.stream.BlockStream;

/**
 * Reads gzip (RFC 1952), one member or several. The JDK's own stream takes a member whose header is broken for the end of the file; this one doesn't. Zeros after
 * the last member are padding.
 */
final class GzipStream extends BlockStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private boolean started;
    private boolean inMember;
    private boolean ended;

    /** @param in closed with this stream */
    GzipStream(InputStream in) {
        super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                beginMember();
                continue;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                checksum.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                endMember();
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        inflater.close();
        in.close();
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            int count = inflater.inflate(target, offset, length);
            if (count == 0 && inflater.needsDictionary()) {
                throw new ZipException("a preset dictionary, which gzip hasn't");
            }
            if (count == 0 && inflater.needsInput()) {
                require(fill());
                inflater.setInput(buffer, at, end - at);
                at = end;
            }
            return count;
        } catch (DataFormatException e) {
            throw new ZipException(e.getMessage() == null ? "malformed data" : e.getMessage());
        }
    }

    private void beginMember() throws IOException {
        boolean first = !started;
        started = true;
        if (!fill()) {
            require(!first);
            ended = true;
            return;
        }
        if (!first && buffer[at] == 0) {
            skipPadding();
            return;
        }
        readHeader();
        inflater.reset();
        checksum.reset();
        inMember = true;
    }

    private void skipPadding() throws IOException {
        while (fill()) {
            if (buffer[at++] != 0) {
                throw new ZipException("neither a member nor zeros after the last member");
            }
        }
        ended = true;
    }

    private void readHeader() throws IOException {
        if (twoBytes() != MAGIC) {
            throw new ZipException("no gzip magic number at the start of a member");
        }
        int method = oneByte();
        int flags = oneByte();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new ZipException("unknown compression method " + method + " or flags " + flags);
        }
        for (int i = 0; i < 6; i++) {
            oneByte();
        }
        if ((flags & EXTRA) != 0) {
            for (int left = twoBytes(); left > 0; left--) {
                oneByte();
            }
        }
        skipString(flags & NAME);
        skipString(flags & COMMENT);
        if ((flags & HEADER_CRC) != 0) {
            twoBytes();
        }
    }

    private void skipString(int flag) throws IOException {
        boolean more = flag != 0;
        while (more) {
            more = oneByte() != 0;
        }
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        long expected = fourBytes();
        if (expected != checksum.getValue()) {
            throw new ZipException(
                "checksum of the text is " + Long.toHexString(checksum.getValue()) + ", expected " + Long.toHexString(expected));
        }
        long length = fourBytes();
        if (length != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ZipException("length of the text is " + inflater.getBytesWritten() + ", expected " + length);
        }
        inMember = false;
    }

    private long fourBytes() throws IOException {
        int low = twoBytes();
        return low | (long) twoBytes() << 16;
    }

    private int twoBytes() throws IOException {
        int low = oneByte();
        return low | oneByte() << 8;
    }

    private int oneByte() throws IOException {
        require(fill());
        return Byte.toUnsignedInt(buffer[at++]);
    }

    /** Says whether there is a byte at {@code at}. */
    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return at < end;
    }

    private static void require(boolean more) throws IOException {
        if (!more) {
            throw new EOFException("unexpected end");
        }
    }
}
