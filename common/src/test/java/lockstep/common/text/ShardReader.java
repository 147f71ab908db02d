package lockstep.common.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The tokens of llm.c shards, read independently of the project's own reader. */
final class ShardReader {
    private static final int HEADER_BYTES = 1024;

    private ShardReader() {}

    static int[] tokens(List<Path> shards) throws IOException {
        IntStream.Builder tokens = IntStream.builder();
        for (Path shard : shards) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(shard)).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.getInt(0) != 20240520 || bytes.getInt(4) != 1 || bytes.getInt(8) * 2 + HEADER_BYTES != bytes.capacity()) {
                throw new AssertionError("not a shard: " + shard);
            }
            for (int at = HEADER_BYTES; at < bytes.capacity(); at += 2) {
                tokens.add(Short.toUnsignedInt(bytes.getShort(at)));
            }
        }
        return tokens.build().toArray();
    }

    /** The text, with {@code |} for each separator. */
    static String text(List<Path> shards, Tokenizer tokenizer) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int token : tokens(shards)) {
            if (token == tokenizer.endOfText()) {
                text.write('|');
            } else {
                tokenizer.decode(token, text::write);
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
