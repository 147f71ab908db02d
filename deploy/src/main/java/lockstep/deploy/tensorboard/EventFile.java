package lockstep.deploy.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file of TFRecords, new each time: length (8 bytes), its checksum (4), the record, its checksum (4), little-endian; a checksum is a CRC-32C that is rotated and moved, so that the checksum of a record that holds checksums is none of
 * them. Each record is one write to the operating system: a process that is killed loses none.
 */
final class EventFile implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");
    private static final int FRAME_BYTES = Long.BYTES + 2 * Integer.BYTES;
    private static final int MASK = 0xa282ead8;

    private final FileChannel channel;
    private long bytes;

    private EventFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * A file that sorts behind all that the directory has, since readers take them in the order of their names.
     *
     * @param node that writes it
     * @param nowS seconds since 1970; another machine's clock may have been ahead
     */
    static EventFile create(Path dir, String node, long nowS) throws IOException {
        Files.createDirectories(dir);
        long second = Math.max(nowS, newest(dir) + 1);
        Path file = dir
            .resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.%s.lockstep", second, node.replaceAll("[^0-9A-Za-z.-]", "-")));
        return new EventFile(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    private static long newest(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            List<Long> seconds = files.map(file -> NAME.matcher(file.getFileName().toString())).filter(Matcher::matches)
                .map(matcher -> Long.parseLong(matcher.group(1))).toList();
            return seconds.stream().max(Long::compare).orElse(-1L);
        }
    }

    void write(byte[] record) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES + record.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(record.length);
        frame.putInt(checksum(frame.array(), Long.BYTES));
        frame.put(record).putInt(checksum(record, record.length)).flip();
        bytes += frame.remaining();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    /** Written so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
