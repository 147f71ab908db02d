package lockstep.common.gguf;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.ValueOutput.Width;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class GgufDescriptionTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Positions in every file: magic, version, then the two counts. */
    private static final int VERSION = 4;
    private static final int TENSORS = 8;
    private static final int FIELDS = 16;
    private static final int FIRST_KEY_LENGTH = 24;

    @TempDir
    private Path directory;
    private Path file;
    private byte[] bytes;

    @BeforeEach
    void small() throws IOException {
        file = directory.resolve("small.gguf");
        ModelShape shape = ModelShape.of(2, 256, 1, 1, 2);
        new GgufWriter(shape, new float[Math.toIntExact(shape.parameterCount())], Width.FP16).withoutTokenizer().write(file, _ -> {});
        bytes = Files.readAllBytes(file);
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("x.gguf"), content);
    }

    private void assertRefused(byte[] content, String... parts) throws IOException {
        Path damaged = file(content);
        for (String part : parts) {
            assertTold(() -> GgufDescription.describe(damaged), damaged, part);
        }
    }

    private byte[] with(int position, long value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(position, value);
        return changed;
    }

    @Test
    void whatWasExportedWithItsTokenizer() throws IOException {
        Path exported = directory.resolve("whole.gguf");
        ModelShape shape = ModelShape.of(7, 256, 2, 3, 12);
        new GgufWriter(shape, new float[Math.toIntExact(shape.parameterCount())], Width.FP16).with(Tokenizer.named("bytes"))
            .write(exported, _ -> {});
        List<String> lines = GgufDescription.describe(exported);
        assertEquals(List.of(
            "file            " + exported,
            "kind            GGUF model of llama.cpp, version 3",
            String.format("size            %,d bytes", Files.size(exported)),
            "architecture    gpt2",
            "tokenizer       gpt2, 256 strings, merges: 0 strings",
            // V = 256 is a multiple of the padding, so none is left out
            String.format("parameters      %,d", shape.parameterCount()),
            "  F16           6,528 in 9 tensors",
            "  F32           420 in 19 tensors",
            "fields          18"), lines.subList(0, 9));
        assertTrue(lines.contains("  gpt2.context_length 7") && lines.contains("  gpt2.block_count 2"), lines.toString());
        assertTrue(lines.contains("  gpt2.attention.layer_norm_epsilon 1.0E-5"), lines.toString());
        assertTrue(lines.contains("  tokenizer.ggml.token_type 256 int32"), lines.toString());
        assertTrue(lines.contains("  tokenizer.ggml.add_bos_token false"), lines.toString());
        assertTrue(lines.contains("tensors         28"), lines.toString());
        assertTrue(lines.contains("  token_embd.weight F16 [12, 256]") && lines.contains("  blk.1.ffn_down.bias F32 [12]"),
            lines.toString());
        assertTrue(GgufDescription.describe(file).contains("tokenizer       none: token ids alone"));
    }

    @Test
    void anotherArchitectureWithQuantisedTensors() throws IOException {
        GgufHeader header = new GgufHeader().text("general.architecture", "llama").number("general.alignment", 64)
            .text("general.name", "a\u001bname".repeat(30));
        header.tensor("q", new long[] {256, 3}, GgmlType.Q4_K.code(), 0);
        header.tensor("later", new long[] {5}, 4711, 448);
        byte[] head = header.bytes(); // which ends at a multiple of 32
        int data = Math.ceilDiv(head.length, 64) * 64;
        List<String> lines = GgufDescription.describe(file(Arrays.copyOf(head, data + 3 * 144 + 16)));
        assertTrue(lines.contains("architecture    llama") && lines.contains("  q             Q4_K [256, 3]"), lines.toString());
        assertTrue(lines.contains("  later         type 4711 [5]") && lines.contains("  Q4_K          768 in 1 tensors"), lines.toString());
        assertTrue(lines.contains("tokenizer       none: token ids alone"), lines.toString());
        assertFalse(String.join("", lines).contains("\u001b"), "nothing that a terminal would obey");
        assertRefused(Arrays.copyOf(head, data + 3 * 144 - 1), "q: found 431 bytes of it in the file, expected 432");
    }

    @Test
    void lengthsThatNoFileHasAreNamedAndNothingIsAllocatedForThem() throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (long absurd : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 1L << 40, Integer.MAX_VALUE}) {
            String shown = Long.toUnsignedString(absurd);
            assertRefused(with(TENSORS, absurd), "tensors: found " + shown + ", expected at most");
            assertRefused(with(FIELDS, absurd), "fields: found " + shown + ", expected at most");
            assertRefused(with(FIRST_KEY_LENGTH, absurd), "field 1 of 11 length: found " + shown + ", expected at most as many as the ");
        }
        int ofTensor = position("token_embd.weight") + "token_embd.weight".length();
        assertRefused(with(ofTensor + 4, Long.MAX_VALUE), "token_embd.weight sizes: found");
        assertRefused(with(ofTensor + 4 + 16 + 4, 1L << 62), "bytes of it in the file");
        assertRefused(with(ofTensor + 4 + 16 + 4, 8), "offset: found 8, expected a multiple of 32");
        assertRefused(with(VERSION, 1), "version: found 1, expected 2 or 3");
        assertRefused(with(VERSION, 3 << 24), "expected little-endian bytes");
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 20L << 20, allocated + " bytes for twenty refusals");
    }

    private int position(String text) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void arraysOfArraysAreNotFollowedWithoutEnd() throws IOException {
        ByteBuffer nested = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        nested.put(bytes, 0, TENSORS).putLong(0).putLong(1).putLong(1).put((byte) 'a').putInt(9);
        while (nested.remaining() >= 12) {
            nested.putInt(9).putLong(1);
        }
        assertRefused(nested.array(), "a: found arrays in arrays");
    }

    @Test
    void aFileThatIsCutOffAnywhereIsNamed() throws IOException {
        int padding = GgufHeader.padding(2 * Float.BYTES); // behind the last tensor, a bias of two values
        for (int length = 4; length < bytes.length - padding; length++) {
            Path cut = file(Arrays.copyOf(bytes, length));
            String message = assertThrows(UserError.class, () -> GgufDescription.describe(cut), "at " + length).getMessage();
            assertTrue(message.startsWith(cut + ": ") && message.contains(", expected "), message);
        }
        assertEquals(GgufDescription.describe(file).size(),
            GgufDescription.describe(file(Arrays.copyOf(bytes, bytes.length - padding))).size());
        assertFalse(GgufDescription.isOne(file(Arrays.copyOf(bytes, 3))));
    }

    @Test
    void anyFlippedBitEndsInADescriptionOrInOneLine() throws IOException {
        int head = Math.toIntExact(bytes.length - 2 * 256 * 2);
        int refused = 0;
        for (int bit = 0; bit < 8 * head; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Path damaged = file(flipped);
            if (!GgufDescription.isOne(damaged)) {
                continue;
            }
            try {
                assertTrue(GgufDescription.describe(damaged).size() > 9, "bit " + bit);
            } catch (UserError e) {
                refused++;
                assertTrue(e.getMessage().startsWith(damaged + ": "), e.getMessage());
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
        assertTrue(refused > 1000, "refused " + refused);
    }
}
