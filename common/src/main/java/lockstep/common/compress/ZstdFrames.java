package lockstep.common.compress;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import lockstep.common.UserError;
import lockstep.common.stream.BlockStream;

/**
 * Passes Zstandard's frames (RFC 8878) on, leaves skippable frames out, and looks at the header of each frame before the decoder does: what would need more memory
 * than we give, or a dictionary, is refused by name. Data that end within a frame, or go on behind one with what is no frame, are refused here, since a decoder may
 * take too few bytes for a header for the end. Whatever else may be wrong is left to the decoder.
 */
final class ZstdFrames extends BlockStream {
    /** aircompressor's limit. */
    static final long MOST_WINDOW_BYTES = 8 << 20;
    /** In a frame of one segment the window is the whole content, which the decoder holds, and for a moment twice. */
    static final long MOST_SEGMENT_BYTES = 64 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAGIC = 0xFD2FB528;
    /** The first of the sixteen magic numbers of skippable frames. */
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int MAGIC_BYTES = 4;
    private static final int SKIPPED_SIZE_BYTES = 4;
    private static final int MOST_HEADER_BYTES = 13;
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int CHECKSUM_BYTES = 4;
    private static final int RLE_BLOCK = 1;
    /** A frame of no content, since the decoder takes no frame at all for an error. */
    private static final byte[] EMPTY_FRAME = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x20, 0, 1, 0, 0};

    private enum Part {
        MAGIC, SKIPPED_SIZE, DESCRIPTOR, SIZES, BLOCK
    }

    private final String name;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private final ByteBuffer field = ByteBuffer.allocate(MOST_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    /** These bytes of the last field have to be passed on yet. */
    private ByteBuffer held = ByteBuffer.allocate(0);
    private Part part = Part.MAGIC;
    private int descriptor;
    private long passing;
    private long skipping;
    private boolean started;
    private boolean framed;

    /** @param name for messages */
    ZstdFrames(InputStream in, String name) {
        super(in);
        this.name = name;
        expect(Part.MAGIC, MAGIC_BYTES);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (length > 0) {
            if (held.hasRemaining()) {
                int count = Math.min(length, held.remaining());
                held.get(target, offset, count);
                return count;
            }
            if (!fill()) {
                requireBetweenFrames();
                if (framed) {
                    return -1;
                }
                framed = true;
                held = ByteBuffer.wrap(EMPTY_FRAME);
                continue;
            }
            if (passing > 0) {
                int count = (int) Math.min(passing, Math.min(length, end - at));
                System.arraycopy(buffer, at, target, offset, count);
                at += count;
                passing -= count;
                return count;
            }
            goOn();
        }
        return 0;
    }

    /** Takes the next bytes of a skippable frame, or of a field. */
    private void goOn() throws IOException {
        if (skipping > 0) {
            int count = (int) Math.min(skipping, end - at);
            at += count;
            skipping -= count;
            return;
        }
        int count = Math.min(field.remaining(), end - at);
        field.put(buffer, at, count);
        at += count;
        if (!field.hasRemaining()) {
            field.flip();
            byte[] whole = Arrays.copyOf(field.array(), field.limit());
            boolean ofFrame = next();
            held = ofFrame ? ByteBuffer.wrap(whole) : held;
        }
    }

    /** Says whether there is a byte at {@code at}. */
    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
            started |= end > 0;
        }
        return at < end;
    }

    private void requireBetweenFrames() throws IOException {
        if (!started || part != Part.MAGIC || field.position() > 0 || passing > 0 || skipping > 0) {
            throw new EOFException("unexpected end");
        }
    }

    private void expect(Part next, int bytes) {
        part = next;
        field.clear().limit(bytes);
    }

    /**
     * The field is whole.
     *
     * @return whether the decoder gets it
     */
    private boolean next() throws IOException {
        switch (part) {
            case MAGIC -> {
                int magic = field.getInt();
                boolean skippable = (magic & ~0xF) == SKIPPABLE_MAGIC;
                if (magic != MAGIC && !skippable) {
                    throw new IOException("no Zstandard magic number at the start of a frame");
                }
                framed |= !skippable;
                expect(skippable ? Part.SKIPPED_SIZE : Part.DESCRIPTOR, skippable ? SKIPPED_SIZE_BYTES : 1);
                return !skippable;
            }
            case SKIPPED_SIZE -> {
                skipping = number(SKIPPED_SIZE_BYTES);
                expect(Part.MAGIC, MAGIC_BYTES);
                return false;
            }
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
        }
        return true;
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
