package lockstep.common.compress;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

import lockstep.common.UserError;
import lockstep.common.stream.BlockStream;

/** Says which file is broken. A stream that has failed fails again: a decoder's state after an error may be anything. */
final class NamedStream extends BlockStream {
    private final String name;
    private final String format;
    private boolean broken;

    NamedStream(InputStream in, String name, String format) {
        super(in);
        this.name = name;
        this.format = format;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (broken) {
            throw new UserError(name + ": the " + format + " data are broken");
        }
        try {
            return in.read(target, offset, length);
        } catch (UserError e) {
            broken = true;
            throw e;
        } catch (EOFException e) {
            broken = true;
            throw new UserError(name + ": the " + format + " data end in the middle; is the file whole? Copy or download it again", e);
        } catch (IOException | RuntimeException e) {
            // aircompressor tells of malformed data by exceptions of either kind
            broken = true;
            throw new UserError(name + ": can't be read as " + format + " (" + e.getMessage()
                + "); expected whole data; copy the file again, or compress it anew", e);
        }
    }
}
