package lockstep.common.format;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files made byte by byte, without the code under test. */
final class Bytes {
    private Bytes() {}

    static Path golden(String name) {
        try {
            return Path.of(Bytes.class.getResource("/golden/tiny/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A header with the first fields given, and room for a body. */
    static ByteBuffer withHeader(int bodyBytes, int... fields) {
        ByteBuffer bytes = ByteBuffer.allocate(1024 + bodyBytes).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(fields).forEach(bytes::putInt);
        return bytes.position(1024);
    }

    static Path write(Path file, ByteBuffer bytes) throws IOException {
        byte[] all = new byte[bytes.capacity()];
        bytes.duplicate().clear().get(all);
        return Files.write(file, all);
    }

    /** The file with one field of its header changed. */
    static Path withField(Path source, Path target, int index, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(source);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * index, value);
        return Files.write(target, bytes);
    }

    /** The file with so many bytes less, or more where negative. */
    static Path shortened(Path source, Path target, int less) throws IOException {
        byte[] bytes = Files.readAllBytes(source);
        return Files.write(target, Arrays.copyOf(bytes, bytes.length - less));
    }
}
