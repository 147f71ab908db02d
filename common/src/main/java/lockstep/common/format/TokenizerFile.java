package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * llm.c's {@code gpt2_tokenizer.bin}: the bytes that each token stands for.
 *
 * @param version 2, or 1, which doesn't say its end of text: GPT-2's is meant
 * @param endOfText the token that separates documents
 * @param tokens bytes by token id
 */
public record TokenizerFile(int version, int endOfText, List<byte[]> tokens) {
    private static final int WITHOUT_END_OF_TEXT = 1;
    private static final int VERSION = 2;
    private static final int GPT2_END_OF_TEXT = 50256;
    /** A token's length and its bytes. */
    private static final int LONGEST = 1 + 255;
    private static final int SHORTEST = 1 + 1;
    private static final int LARGEST = 1 << 28;

    public static TokenizerFile read(Path path) {
        return BinaryFile.read(path, ForeignFile.Wanted.TOKENIZER, (header, channel) -> {
            header.requireMagic(Header.TOKENIZER, "a tokenizer of llm.c");
            int version = header.at(1);
            if (version != WITHOUT_END_OF_TEXT && version != VERSION) {
                throw header.wrong("version", version, WITHOUT_END_OF_TEXT + " or " + VERSION);
            }
            int V = header.positive(2, "vocab_size");
            int endOfText = version == VERSION ? header.at(3) : GPT2_END_OF_TEXT;
            if (endOfText < 0 || endOfText >= V) {
                throw header.wrong("eot_token", endOfText, "a token in 0.." + (V - 1));
            }
            return new TokenizerFile(version, endOfText, tokens(header, channel, V));
        });
    }

    private static List<byte[]> tokens(Header header, FileChannel channel, int V) throws IOException {
        long bodyBytes = channel.size() - Header.BYTES;
        if (bodyBytes < (long) V * SHORTEST || bodyBytes > (long) V * LONGEST) {
            throw header.wrong("vocab_size", V, "tokens of 1 to 255 bytes in the " + bodyBytes + " bytes that follow the header");
        }
        if (bodyBytes > LARGEST) {
            throw header.wrong("size", channel.size() + " bytes",
                "at most " + (Header.BYTES + LARGEST) + ", far more than any tokenizer has");
        }
        ByteBuffer body = ByteBuffer.allocate((int) bodyBytes);
        while (body.hasRemaining() && channel.read(body, Header.BYTES + body.position()) >= 0) {
            // until the body is whole
        }
        body.flip();
        List<byte[]> tokens = new ArrayList<>();
        for (int i = 0; i < V; i++) {
            int n = body.hasRemaining() ? Byte.toUnsignedInt(body.get()) : 0;
            if (n == 0 || n > body.remaining()) {
                throw header.wrong("length of token " + i, n,
                    "1 to 255, in the " + body.remaining() + " bytes that are left; the file is damaged or truncated");
            }
            byte[] token = new byte[n];
            body.get(token);
            tokens.add(token);
        }
        header.requireSize(channel.size(), Header.BYTES + (long) body.position());
        return List.copyOf(tokens);
    }
}
