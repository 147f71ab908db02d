package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import lockstep.common.stream.BlockStream;

/**
 * The bytes of a text file as they become tokens: without the byte order mark at its start, and with a count of what is no text. A file with more of that than one
 * byte in {@value TextFaults#ONE_IN} is refused, since it is in another encoding, or no text at all.
 */
final class TextStream extends BlockStream {
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String name;
    private final long mostBytes;
    private final CountListener listener;
    private final TextFaults faults = new TextFaults();
    private byte[] start = new byte[0];
    private int startAt;
    private boolean started;
    private boolean ended;

    /** A listener is told what a file holds that is no text, at its end, each time that it is read to there. */
    @FunctionalInterface
    interface CountListener {
        void counted(TextFaults faults);
    }

    /**
     * @param in closed with this
     * @param name for messages
     * @param mostBytes of the file, {@link Long#MAX_VALUE} where only its end will tell: with the size known, a file in another encoding is refused early
     */
    TextStream(InputStream in, String name, long mostBytes, CountListener listener) {
        super(in);
        this.name = name;
        this.mostBytes = mostBytes;
        this.listener = listener;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = readPast(target, offset, length);
        if (count < 0) {
            end();
            return -1;
        }
        faults.look(target, offset, count);
        refuseExcess(mostBytes);
        return count;
    }

    private int readPast(byte[] target, int offset, int length) throws IOException {
        if (!started) {
            started = true;
            start = in.readNBytes(MARK.length);
            startAt = Arrays.equals(start, MARK) ? MARK.length : 0;
        }
        if (startAt < start.length) {
            int count = Math.min(length, start.length - startAt);
            System.arraycopy(start, startAt, target, offset, count);
            startAt += count;
            return count;
        }
        return in.read(target, offset, length);
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        faults.end();
        refuseExcess(faults.bytes());
        listener.counted(faults);
    }

    private void refuseExcess(long ofBytes) {
        faults.excess(ofBytes).ifPresent(excess -> {
            throw excess.refusal(name);
        });
    }
}
