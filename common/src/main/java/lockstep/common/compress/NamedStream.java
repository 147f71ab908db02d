package lockstep.common.compress;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

import lockstep.common.UserError;

/** Says which file is broken. A stream that has failed fails again: a decoder's state after an error may be anything. */
final class NamedStream extends FilterInputStream {
    private final String name;
    private final String format;
    private boolean broken;

    NamedStream(InputStream in, String name, String format) {
        super(in);
        this.name = name;
        this.format = format;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (broken) {
            throw new UserError(name + ": the " + format + " data are broken");
        }
        try {
            return super.read(target, offset, length);
        } catch (EOFException e) {
            broken = true;
            throw new UserError(name + ": the " + format + " data end in the middle; is the file whole? Copy or download it again", e);
        } catch (IOException | RuntimeException e) {
            // aircompressor tells of malformed data by exceptions of either kind
            broken = true;
            throw new UserError(name + ": can't be read as " + format + " (" + e.getMessage()
                + "); expected whole data of a window of at most 8 MiB; copy the file again, or compress it anew", e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        long left = count;
        byte[] scratch = new byte[Math.clamp(count, 1, 1 << 16)];
        while (left > 0) {
            int skipped = read(scratch, 0, (int) Math.min(left, scratch.length));
            if (skipped < 0) {
                break;
            }
            left -= skipped;
        }
        return count - left;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
