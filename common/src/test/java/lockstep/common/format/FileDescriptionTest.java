package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FileDescriptionTest {
    private static final Path MODEL = Bytes.golden("model.bin");

    @TempDir
    private Path directory;

    @Test
    void aModel() {
        assertEquals(List.of(
            "file            " + MODEL,
            "kind            GPT-2 model of llm.c, version 3 (fp32)",
            "size            372,928 bytes",
            "max_seq_len     40",
            "vocab_size      97, padded to 128",
            "num_layers      3",
            "num_heads       2 of 24 channels",
            "channels        48",
            "parameters      92,976, without padding 91,488",
            "  wte           6,144",
            "  wpe           1,920",
            "  ln1w          144",
            "  ln1b          144",
            "  qkvw          20,736",
            "  qkvb          432",
            "  attprojw      6,912",
            "  attprojb      144",
            "  ln2w          144",
            "  ln2b          144",
            "  fcw           27,648",
            "  fcb           576",
            "  fcprojw       27,648",
            "  fcprojb       144",
            "  lnfw          48",
            "  lnfb          48",
            "memory          371,904 bytes of weights; 1.4 MiB to train, before activations",
            "weights sha256  " + ModelFile.weightsSha256(ModelFile.readParameters(MODEL))), FileDescription.describe(MODEL));
    }

    @Test
    void aModelOfBf16() throws IOException {
        Path half = Bytes.withField(Bytes.shortened(MODEL, directory.resolve("half.bin"), 2 * 92976), directory.resolve("bf16.bin"), 1, 5);
        assertSays(half, "version 5 (bf16)", "92,976");
    }

    @Test
    void anOldModelWithoutPadding() throws IOException {
        Path cut = Bytes.shortened(MODEL, directory.resolve("cut.bin"), 4 * (92976 - 91488));
        Path old = Bytes.withField(cut, directory.resolve("old.bin"), 1, 1);
        assertSays(old, "version 1", "vocab_size      97", "parameters      91,488");
        Path damaged = Bytes.shortened(old, directory.resolve("damaged.bin"), 1);
        assertTold(() -> FileDescription.describe(damaged), damaged, damaged + ": size: found", "truncated");
        Path noLayers = Bytes.withField(old, directory.resolve("layers.bin"), 4, 0);
        assertTold(() -> FileDescription.describe(noLayers), noLayers + ": num_layers: found 0, expected a number > 0");
        Path heads = Bytes.withField(old, directory.resolve("heads.bin"), 5, 5);
        assertTold(() -> FileDescription.describe(heads), heads + ": num_heads: found 5, expected a divisor of channels 48");
        Path vocabulary = Bytes.withField(old, directory.resolve("vocabulary.bin"), 3, Integer.MAX_VALUE);
        assertTold(() -> FileDescription.describe(vocabulary), vocabulary + ": vocab_size: found 2147483647, expected");
        Path absurd =
            Bytes.withField(Bytes.withField(old, directory.resolve("a.bin"), 5, 1), directory.resolve("absurd.bin"), 6, Integer.MAX_VALUE);
        assertTold(() -> FileDescription.describe(absurd), absurd, absurd + ": size: found", "no file can have");
    }

    @Test
    void aDebugState() throws IOException {
        Path golden = Bytes.golden("debug_state.bin");
        assertSays(golden, "debug state", "B               3", "T               37", "tokens begin");
        Path absurd = Bytes.withField(golden, directory.resolve("absurd.bin"), 2, Integer.MAX_VALUE);
        assertTold(() -> FileDescription.describe(absurd), absurd, "B, T: found 2147483647, 37");
    }

    @Test
    void tokenShards() throws IOException {
        Path gpt2 =
            Bytes.write(directory.resolve("gpt2.bin"), Bytes.withHeader(4, 20240520, 1, 2).putShort((short) 50256).putShort((short) 7));
        assertSays(gpt2, "16 bits", "tokens          2", "tokens begin    50256 7", "token ids       7..50256\n");
        Path llama3 = Bytes.write(directory.resolve("llama3.bin"), Bytes.withHeader(4, 20240801, 7, 1).putInt(128000));
        assertSays(llama3, "32 bits", "tokens          1", "tokens begin    128000", "token ids       128000..128000\n");
        Path empty = Bytes.write(directory.resolve("empty.bin"), Bytes.withHeader(0, 20240520, 1, 0));
        assertSays(empty, "tokens          0", "tokens begin    (none)");
    }

    @Test
    void theTokenIdsOfALargeShardAreThoseOfItsFirstMillion() {
        Path file = directory.resolve("large.bin");
        int[] tokens = new int[1_000_001];
        Arrays.fill(tokens, 5);
        tokens[999_999] = 9;
        tokens[1_000_000] = 3;
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(tokens, 0, tokens.length);
            writer.commit();
        }
        assertSays(file, "tokens          1,000,001", "token ids       5..9, of the first 1,000,000\n");
    }

    @Test
    void aTokenizer() throws IOException {
        ByteBuffer bytes = Bytes.withHeader(5, 20240328, 2, 2, 1).put((byte) 2).put((byte) 'a').put((byte) 'b').put((byte) 1).put((byte) 0);
        assertSays(Bytes.write(directory.resolve("tokenizer.bin"), bytes), "tokenizer of llm.c, version 2", "vocab_size      2",
            "eot_token       1", "longest token   2 bytes");
    }

    @Test
    void aMultipleChoiceEvaluation() throws IOException {
        ByteBuffer bytes = Bytes.withHeader(30, 20240522, 1, 1, 30);
        for (int value : new int[] {65535, 30, 0, 3, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9}) {
            bytes.putShort((short) value);
        }
        assertSays(Bytes.write(directory.resolve("hellaswag.bin"), bytes), "HellaSwag", "examples        1", "2 tokens in a row; 30 bytes");
    }

    @Test
    void anOptimizerState() throws IOException {
        Path ours = directory.resolve("ours.bin");
        OptimizerStateFile.write(ours, 77, new float[1000], new float[1000]);
        assertSays(ours, "optimizer state", "step            77", "process         0 of 1", "holds           m, v",
            "parameters      1,000");
        Path theirs = Bytes.write(directory.resolve("theirs.bin"), Bytes.withHeader(24, 20240527, 1, 8, 3, 1));
        assertSays(theirs, "process         3 of 8", "holds           m, v, master weights", "parameters      2");
        Path damaged = Bytes.shortened(ours, directory.resolve("damaged.bin"), 1);
        assertTold(() -> FileDescription.describe(damaged), damaged, "size: found 9023 bytes");
    }

    @Test
    void jsonByItsFields() throws IOException {
        Path config = Files.writeString(directory.resolve("c.json"),
            "{\n\"batch\": 4, \"seq-len\": 64,\n\"about\": {\"L\": 2, \"name\": null, \"list\": [1, 2]}, \"lr\": 3.0E-4}");
        assertEquals(
            List.of("file            " + config, "kind            configuration of a run", "batch           4", "seq-len         64",
                "about.L         2", "about.name      null", "about.list      [1,2]", "lr              3.0E-4"),
            FileDescription.describe(config));
        Path many = Files.writeString(directory.resolve("m.json"), "{\"values\": [1,2,3,4,5,6,7,8,9], \"files\": [{\"name\": \"a\"}]}");
        assertSays(many, "kind            JSON", "values          9 values", "files[0].name   a");
    }

    /** A terminal obeys what it is shown. */
    @Test
    void controlCharactersOfAFileAreSpeltOut() throws IOException {
        Path json = Files.writeString(directory.resolve("a.json"), "{\"prompt\": \"a\\nb\\u001b[2J\\u009b\"}");
        assertEquals(List.of("file            " + json, "kind            JSON", "prompt          a\\u000ab\\u001b[2J\\u009b"),
            FileDescription.describe(json));
        Path log = Files.writeString(directory.resolve("main.log"), "s:0 tel:5.5\ns:1 tel:\u001b[2J\n");
        assertSays(log, "last            s:1 tel:\\u001b[2J\n");
    }

    @Test
    void logs() throws IOException {
        Path metrics = Files.writeString(directory.resolve("metrics.jsonl"), "{\"step\":1}\n{\"step\":2}\n{\"ste");
        assertSays(metrics, "a JSON object a line", "lines           3", "first           {\"step\":1}", "last            {\"ste");
        Path log = Files.writeString(directory.resolve("main.log"), "s:0 tel:5.5\ns:0 trl:5.4 lr:0.001 norm:2.5\n".repeat(40));
        assertSays(log, "llm.c's format", "lines           80", "last            s:0 trl:5.4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "{", "{]", "{} trailing {", "s:x", "\u0000\u0001"})
    void smallFilesOfSomethingElseAreRefused(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("other"), text);
        assertTold(() -> FileDescription.describe(file), file, "expected");
    }

    @Test
    void otherFilesAreRefusedByTheirMagic() throws IOException {
        Path zeros = Files.write(directory.resolve("zeros"), new byte[4096]);
        assertTold(() -> FileDescription.describe(zeros), zeros, "magic: found 0, expected that of a model");
        Path latin1 = Files.write(directory.resolve("latin1"), new byte[] {'{', (byte) 0xE4, '\n', '}'});
        assertTold(() -> FileDescription.describe(latin1), latin1, "expected");
        byte[] line = new byte[(1 << 24) + 1];
        Arrays.fill(line, (byte) '{');
        Path endless = Files.write(directory.resolve("endless"), line);
        assertTold(() -> FileDescription.describe(endless), endless, "content: found plain text");
        assertTold(() -> FileDescription.describe(directory), directory, "is a directory");
        Path none = directory.resolve("none");
        assertTold(() -> FileDescription.describe(none), none, "no such file");
    }

    private static void assertSays(Path file, String... parts) {
        List<String> lines = FileDescription.describe(file);
        lines.forEach(line -> assertEquals(1, line.lines().count(), line));
        String text = String.join("\n", lines) + "\n";
        for (String part : parts) {
            assertTrue(text.contains(part), "expected \"" + part + "\" in:\n" + text);
        }
    }
}
