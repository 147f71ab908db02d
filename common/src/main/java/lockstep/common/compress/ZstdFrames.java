package lockstep.common.compress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import lockstep.common.UserError;
import lockstep.common.stream.BlockStream;

/**
 * Passes Zstandard's frames (RFC 8878) on, and looks at the header of each before the decoder does: what would need more memory than we give, or a dictionary, is
 * refused by name. Whatever else may be wrong is left to the decoder.
 */
final class ZstdFrames extends BlockStream {
    /** aircompressor's limit. */
    static final long MOST_WINDOW_BYTES = 8 << 20;
    /** Of a frame in one segment the window is the whole content, which the decoder holds, and for a moment twice. */
    static final long MOST_SEGMENT_BYTES = 64 << 20;

    private static final int MAGIC = 0xFD2FB528;
    private static final int MAGIC_BYTES = 4;
    private static final int MOST_HEADER_BYTES = 13;
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int CHECKSUM_BYTES = 4;
    private static final int RLE_BLOCK = 1;

    private enum Part {
        MAGIC, DESCRIPTOR, SIZES, BLOCK, UNKNOWN
    }

    private final String name;
    private final ByteBuffer field = ByteBuffer.allocate(MOST_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private Part part = Part.MAGIC;
    private int descriptor;
    private long passing;

    /** @param name for messages */
    ZstdFrames(InputStream in, String name) {
        super(in);
        this.name = name;
        expect(Part.MAGIC, MAGIC_BYTES);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        int at = 0;
        while (at < count) {
            if (part == Part.UNKNOWN) {
                break;
            }
            int bytes = (int) Math.min(count - at, passing > 0 ? passing : field.remaining());
            if (passing > 0) {
                passing -= bytes;
            } else {
                field.put(target, offset + at, bytes);
            }
            at += bytes;
            if (passing == 0 && !field.hasRemaining()) {
                field.flip();
                next();
            }
        }
        return count;
    }

    private void expect(Part next, int bytes) {
        part = next;
        field.clear().limit(bytes);
    }

    /** The field is whole. */
    private void next() {
        switch (part) {
            case MAGIC -> expect(field.getInt() == MAGIC ? Part.DESCRIPTOR : Part.UNKNOWN, 1);
            case DESCRIPTOR -> {
                descriptor = Byte.toUnsignedInt(field.get());
                // at least one byte: a frame without a window has a size
                expect(Part.SIZES, (isOneSegment() ? 0 : 1) + dictionaryBytes() + contentSizeBytes());
            }
            case SIZES -> {
                requireModest();
                expect(Part.BLOCK, BLOCK_HEADER_BYTES);
            }
            case BLOCK -> beginBlock(number(BLOCK_HEADER_BYTES));
            case UNKNOWN -> throw new IllegalStateException("nothing is read of what is unknown");
        }
    }

    private void beginBlock(long header) {
        boolean last = (header & 1) != 0;
        passing = (header >>> 1 & 3) == RLE_BLOCK ? 1 : header >>> 3;
        if (last) {
            passing += hasChecksum() ? CHECKSUM_BYTES : 0;
            expect(Part.MAGIC, MAGIC_BYTES);
        } else {
            expect(Part.BLOCK, BLOCK_HEADER_BYTES);
        }
    }

    private void requireModest() {
        long windowBytes = isOneSegment() ? 0 : windowBytes(Byte.toUnsignedInt(field.get()));
        if (windowBytes > MOST_WINDOW_BYTES) {
            throw new UserError(name + ": window: found " + windowBytes + " bytes, expected at most " + MOST_WINDOW_BYTES
                + "; compress it anew without --ultra and --long");
        }
        if (dictionaryBytes() > 0) {
            throw new UserError(name + ": dictionary: found the id " + number(dictionaryBytes())
                + ", expected data that need none; compress it anew without -D");
        }
        if (isOneSegment()) {
            long contentBytes = contentSizeBytes() == 2 ? number(2) + 256 : number(contentSizeBytes());
            if (Long.compareUnsigned(contentBytes, MOST_SEGMENT_BYTES) > 0) {
                throw new UserError(name + ": window: found " + Long.toUnsignedString(contentBytes)
                    + " bytes, the whole content in one segment, expected at most " + MOST_SEGMENT_BYTES
                    + "; compress it anew without --ultra");
            }
        }
    }

    private static long windowBytes(int code) {
        long base = 1L << 10 + (code >>> 3);
        return base + base / 8 * (code & 7);
    }

    private boolean isOneSegment() {
        return (descriptor & 0x20) != 0;
    }

    private boolean hasChecksum() {
        return (descriptor & 4) != 0;
    }

    private int dictionaryBytes() {
        int code = descriptor & 3;
        return code == 3 ? 4 : code;
    }

    private int contentSizeBytes() {
        int code = descriptor >>> 6;
        return code == 0 ? isOneSegment() ? 1 : 0 : 1 << code;
    }

    /** Unsigned, little-endian. */
    private long number(int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (field.get() & 0xFFL) << 8 * i;
        }
        return number;
    }
}
