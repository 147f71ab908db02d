package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class TokenizerFileTest {
    private static final int MAGIC = 20240328;

    @TempDir
    private Path directory;

    @Test
    void readsTheBytesOfEachToken() throws IOException {
        ByteBuffer bytes = Bytes.withHeader(2 + 3 + 256, MAGIC, 2, 3, 1);
        bytes.put((byte) 1).put((byte) 0xFF).put((byte) 2).put((byte) 'h').put((byte) 'i').put((byte) 255);
        TokenizerFile file = TokenizerFile.read(Bytes.write(directory.resolve("tokenizer.bin"), bytes));
        assertEquals(2, file.version());
        assertEquals(1, file.endOfText());
        assertEquals(3, file.tokens().size());
        assertArrayEquals(new byte[] {(byte) 0xFF}, file.tokens().get(0));
        assertArrayEquals(new byte[] {'h', 'i'}, file.tokens().get(1));
        assertArrayEquals(new byte[255], file.tokens().get(2));
    }

    @Test
    void takesGpt2sEndOfTextWhereTheVersionHasNone() throws IOException {
        ByteBuffer bytes = Bytes.withHeader(2 * 50257, MAGIC, 1, 50257);
        while (bytes.hasRemaining()) {
            bytes.put((byte) 1).put((byte) 'a');
        }
        assertEquals(50256, TokenizerFile.read(Bytes.write(directory.resolve("tokenizer.bin"), bytes)).endOfText());
    }

    @Test
    void aTokenOfNoBytesIsRefused() throws IOException {
        Path file =
            Bytes.write(directory.resolve("tokenizer.bin"), Bytes.withHeader(4, MAGIC, 2, 2).put((byte) 1).put((byte) 'a').put((byte) 0));
        assertTold(() -> TokenizerFile.read(file), file, "length of token 1: found 0, expected 1 to 255");
    }

    @Test
    void aTokenBeyondTheEndIsRefused() throws IOException {
        Path file =
            Bytes.write(directory.resolve("tokenizer.bin"), Bytes.withHeader(4, MAGIC, 2, 2).put((byte) 1).put((byte) 'a').put((byte) 2));
        assertTold(() -> TokenizerFile.read(file), file, "length of token 1: found 2", "1 bytes that are left");
    }
}
