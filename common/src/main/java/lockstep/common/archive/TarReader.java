package lockstep.common.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.stream.BlockStream;

/**
 * The regular files of a tar archive, one after the other. Directories are passed over; links, devices, sparse files, long names and whatever else a name or a size
 * could be hidden in are refused. Holds one block.
 */
public final class TarReader implements AutoCloseable {
    private static final int MOST_ENTRIES = 10_000;
    /** The times, owners and attributes that pax writes before a file take at most so many bytes. */
    private static final int MOST_PAX_BYTES = 1 << 16;
    /** tar fills its last record, of 10 KiB or so, with zeros. */
    private static final int MOST_BYTES_BEHIND = 1 << 20;

    private final InputStream in;
    private final String name;
    private final long mostBytes;
    private final byte[] block = new byte[TarHeader.BYTES];
    private long left;
    private long padding;
    private int entries;

    /**
     * @param in closed with this
     * @param name for messages
     * @param mostBytes of a file; a larger one is refused before any of it is read
     */
    public TarReader(InputStream in, String name, long mostBytes) {
        this.in = in;
        this.name = name;
        this.mostBytes = mostBytes;
    }

    /**
     * The next file; what wasn't read of the one before is passed over. Nothing at the end of the archive, which has then been read to the end of its stream.
     *
     * @throws UserError when the archive is damaged, ends too early, or holds what it should not
     */
    public Optional<TarFile> next() throws IOException {
        while (true) {
            skip(left + padding);
            left = 0;
            padding = 0;
            TarHeader header = readHeader();
            if (header.isEnd()) {
                readToTheEnd();
                return Optional.empty();
            }
            header.requireSound();
            if (++entries > MOST_ENTRIES) {
                throw new UserError(name + ": entries: found more than " + MOST_ENTRIES + ", which is the most");
            }
            Optional<TarFile> file = entry(header);
            if (file.isPresent()) {
                return file;
            }
        }
    }

    /** The bytes of the file that {@link #next} gave last. Closing it closes nothing. */
    public InputStream content() {
        return new Content();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private Optional<TarFile> entry(TarHeader header) throws IOException {
        return switch (header.kind()) {
            case '0', '\0' -> {
                TarFile file = new TarFile(header.name(), begin(header, mostBytes));
                yield Optional.of(file);
            }
            case '5' -> {
                begin(header, 0);
                header.name();
                yield Optional.empty();
            }
            case 'x', 'g' -> {
                readPax(begin(header, MOST_PAX_BYTES));
                yield Optional.empty();
            }
            case '1', '2' -> throw new UserError(name + ": " + header.name() + ": is a link, expected files alone");
            default -> throw new UserError(
                String.format(Locale.ROOT, "%s: %s: kind: found 0x%02x, expected files and directories alone", name, header.name(),
                    (int) header.kind()));
        };
    }

    private long begin(TarHeader header, long most) {
        long bytes = header.size();
        if (bytes > most) {
            throw new UserError(name + ": " + header.name() + ": size: found " + bytes + " bytes, expected at most " + most);
        }
        left = bytes;
        padding = Math.floorMod(-bytes, (long) TarHeader.BYTES);
        return bytes;
    }

    /** Records "LENGTH KEY=VALUE\n". Those that change what the header says are refused, the others say nothing about bytes. */
    private void readPax(long bytes) throws IOException {
        String records = new String(content().readNBytes((int) bytes), StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < records.length()) {
            int blank = records.indexOf(' ', at);
            boolean number = blank > at && records.substring(at, blank).matches("[1-9]\\d{0,5}");
            int length = number ? Integer.parseInt(records.substring(at, blank)) : 0;
            if (!number || length <= blank - at || length > records.length() - at) {
                throw new UserError(name + ": extended header: found a record of no sensible length; the archive is damaged");
            }
            String key = records.substring(blank + 1, at + length).replaceFirst("(?s)=.*", "");
            if (key.equals("path") || key.equals("size") || key.equals("linkpath") || key.startsWith("GNU.sparse")) {
                throw new UserError(name + ": extended header: found " + (key.startsWith("GNU") ? "GNU.sparse" : key)
                    + ", expected names of at most 256 bytes and files of at most 8 GiB");
            }
            at += length;
        }
    }

    private TarHeader readHeader() throws IOException {
        int count = in.readNBytes(block, 0, block.length);
        if (count < block.length) {
            throw cut();
        }
        return new TarHeader(block, name);
    }

    /** So that what compresses the archive gets to compare its checksum, and that nothing stands behind the end. */
    private void readToTheEnd() throws IOException {
        long behind = 0;
        for (int count = in.readNBytes(block, 0, block.length); count > 0; count = in.readNBytes(block, 0, block.length)) {
            behind += count;
            if (behind > MOST_BYTES_BEHIND) {
                throw new UserError(name + ": found more than " + MOST_BYTES_BEHIND + " bytes behind the end of the archive");
            }
            if (count < block.length) {
                throw cut();
            }
            if (!new TarHeader(block, name).isEnd()) {
                throw new UserError(
                    name + ": found data behind the end of the archive, expected zeros; are these two archives in one file?");
            }
        }
    }

    private void skip(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException e) {
            throw new UserError(cut().getMessage(), e);
        }
    }

    private UserError cut() {
        return new UserError(name + ": the archive ends in the middle; is the file whole? Copy or download it again");
    }

    private final class Content extends BlockStream {
        Content() {
            super(TarReader.this.in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0 && length > 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw cut();
            }
            left -= count;
            return count;
        }

        @Override
        public void close() {
            // The archive goes on.
        }
    }
}
