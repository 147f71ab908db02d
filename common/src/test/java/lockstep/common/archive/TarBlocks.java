package lockstep.common.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tar archives block by block, also such as no tar would write. */
public final class TarBlocks {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public TarBlocks file(String name, byte[] content) {
        return entry('0', name, Long.toOctalString(content.length), content);
    }

    /** @param size as it stands in the header, whatever the content is */
    public TarBlocks entry(char kind, String name, String size, byte[] content) {
        bytes.writeBytes(header(kind, name, size));
        bytes.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        return this;
    }

    public byte[] end() {
        bytes.writeBytes(new byte[1024]);
        return bytes.toByteArray();
    }

    static byte[] header(char kind, String name, String size) {
        byte[] block = new byte[512];
        put(block, 0, name);
        put(block, 100, "0000644");
        put(block, 124, size);
        put(block, 136, "14421571200");
        block[156] = (byte) kind;
        put(block, 257, "ustar\u000000");
        return withChecksum(block);
    }

    static byte[] withChecksum(byte[] block) {
        put(block, 148, "        ");
        int sum = 0;
        for (byte b : block) {
            sum += Byte.toUnsignedInt(b);
        }
        put(block, 148, String.format("%06o\u0000 ", sum));
        return block;
    }

    static void put(byte[] block, int at, String text) {
        byte[] field = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(field, 0, block, at, field.length);
    }
}
