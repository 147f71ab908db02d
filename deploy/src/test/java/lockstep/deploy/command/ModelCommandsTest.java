package lockstep.deploy.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.format.ModelFile;
import lockstep.common.format.TokenShardWriter;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Utf8Stream;
import lockstep.deploy.CommandLines;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** generate, eval and verify, run as a user runs them. */
class ModelCommandsTest {
    private static final ModelShape BYTES = ModelShape.of(32, 256, 2, 2, 16);

    @TempDir
    private Path directory;
    private Path model;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeModel() {
        model = directory.resolve("model.bin");
        ModelFile.write(model, BYTES, Initializer.parameters(BYTES, 42));
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true));
        return CommandLines.run(commandLine, args);
    }

    private static Path golden(String name) throws URISyntaxException {
        return Path.of(ModelCommandsTest.class.getResource("/golden/tiny/" + name).toURI());
    }

    @Test
    void verifyPassesOnPyTorchsAnswer() throws URISyntaxException {
        assertEquals(0, run("verify", golden("model.bin").toString(), golden("debug_state.bin").toString()), err::toString);
        assertTrue(out.toString().contains("fcprojw"), out.toString());
        assertEquals(18, out.toString().lines().filter(line -> line.endsWith("  ok")).count());
    }

    @Test
    void verifyFailsWhenOneWeightIsOff() throws URISyntaxException, IOException {
        ModelShape shape = ModelFile.readShape(golden("model.bin"));
        float[] params = ModelFile.readParameters(golden("model.bin"));
        params[7] += 0.5f;
        Path flipped = directory.resolve("flipped.bin");
        ModelFile.write(flipped, shape, params);
        assertEquals(1, run("verify", flipped.toString(), golden("debug_state.bin").toString()));
        assertTrue(out.toString().contains("MISMATCH"), out.toString());
    }

    @Test
    void verifyNamesWhatIsWrongWithTheState() throws URISyntaxException {
        assertEquals(2, run("verify", model.toString(), golden("debug_state.bin").toString()));
        assertOneLine("debug_state.bin");
    }

    @Test
    void generateStreamsThePromptAndTheSameTextForTheSameSeed() {
        assertEquals(0, run("generate", model.toString(), "--prompt", "Grüße, ", "--tokens", "60"), err::toString);
        String text = out.toString();
        assertTrue(text.startsWith("Grüße, "), text);
        run("generate", model.toString(), "--prompt", "Grüße, ", "--tokens", "60", "--threads", "1");
        assertEquals(text, out.toString());
        run("generate", model.toString(), "--prompt", "Grüße, ", "--tokens", "60", "--seed", "7");
        assertFalse(text.equals(out.toString()));
    }

    @Test
    void eachPromptOfAFileIsContinuedAsByItself() throws IOException {
        List<String> lines = List.of("ROMEO:", "Grüße", "public static");
        Path file = Files.write(directory.resolve("prompts.txt"), lines);
        assertEquals(0, run("generate", model.toString(), "--prompts", file.toString(), "--tokens", "30", "--json", "--logprobs", "2"),
            err::toString);
        List<String> answers = out.toString().lines().toList();
        assertEquals(3, answers.size());
        for (int i = 0; i < lines.size(); i++) {
            JsonNode answer = new ObjectMapper().readTree(answers.get(i));
            assertEquals(i, answer.at("/index").asInt());
            assertEquals(lines.get(i), answer.at("/prompt").asText());
            assertEquals("length", answer.at("/finish").asText());
            assertEquals(30, answer.at("/tokens").size());
            assertEquals(2, answer.at("/tokens/0/top").size());
            assertTrue(answer.at("/tokens/0/logprob").asDouble() < 0);
            run("generate", model.toString(), "--prompt", lines.get(i), "--tokens", "30");
            assertEquals(lines.get(i) + Utf8Stream.printable(answer.at("/text").asText()) + System.lineSeparator(), out.toString());
        }
    }

    @Test
    void generateEndsAtAStop() {
        run("generate", model.toString(), "--prompt", "a", "--tokens", "60", "--top-k", "60");
        String text = out.toString().strip();
        String stop = text.substring(20, 21);
        assertEquals(0,
            run("generate", model.toString(), "--prompt", "a", "--tokens", "60", "--top-k", "60", "--stop", "\\n\\n\\n", "--stop",
                stop),
            err::toString);
        assertEquals(text.substring(0, text.indexOf(stop, 1)), out.toString().stripTrailing());
    }

    @Test
    void generateRefusesWhatItCannotDo() throws URISyntaxException, IOException {
        assertEquals(2, run("generate", model.toString(), "--prompt", "a", "--chat"));
        assertOneLine("found 2 of them");
        assertEquals(2, run("generate", model.toString(), "--chat", "--json"));
        assertOneLine("--json");
        assertEquals(2, run("generate", model.toString(), "--logprobs", "2"));
        assertOneLine("--logprobs");
        assertEquals(2, run("generate", model.toString(), "--stop", "\\x"));
        assertOneLine("--stop: found a \\ before \"x\"");
        assertEquals(2, run("generate", model.toString(), "--stop", ""));
        assertOneLine("--stop");
        assertEquals(2, run("generate", model.toString(), "--prompts", Files.createFile(directory.resolve("none.txt")).toString()));
        assertOneLine("found no prompt");
        assertEquals(2, run("generate", golden("model.bin").toString()));
        assertOneLine("V=97");
        assertEquals(2, run("generate", model.toString(), "--top-p", "0"));
        assertOneLine("top-p");
        assertEquals(2, run("generate", model.toString(), "--tokenizer", "gpt2"));
        assertOneLine("50257");
        assertEquals(2, run("generate", directory.resolve("none.bin").toString()));
        assertOneLine("none.bin");
    }

    @Test
    void evalGivesLossAndPerplexityOfAFreshModel() throws IOException {
        Path text = Files.writeString(directory.resolve("text.txt"), "public static void main ".repeat(40));
        assertEquals(0, run("eval", model.toString(), "--text", text.toString(), "--tokenizer", "bytes", "--batch", "2"), err::toString);
        double loss = Double
            .parseDouble(out.toString().lines().filter(line -> line.startsWith("loss")).findFirst().orElseThrow().split("\\s+", -1)[1]);
        assertEquals(StrictMath.log(256), loss, 0.05);
        assertTrue(out.toString().contains(String.format(Locale.ROOT, "perplexity  %.1f", StrictMath.exp(loss)).substring(0, 14)),
            out.toString());
    }

    @Test
    void evalOfShardsAndOfTextAgree() throws IOException {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(20);
        Path file = Files.writeString(directory.resolve("text.txt"), text);
        Path shard = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(shard)) {
            writer.write(new int[] {0}, 0, 1);
            writer.write(text.chars().toArray(), 0, text.length());
            writer.commit();
        }
        run("eval", model.toString(), "--text", file.toString(), "--batch", "2");
        String ofText = out.toString();
        run("eval", model.toString(), "--data", shard.toString(), "--batch", "2");
        assertEquals(ofText, out.toString());
    }

    @Test
    void evalReadsWhatDataReads() throws IOException {
        String lines = "{\"body\": \"The quick brown fox. \"}\n{\"body\": \"It jumps. \"}\n".repeat(20);
        Path plain = Files.writeString(directory.resolve("a.jsonl"), lines);
        Path shard = directory.resolve("shard.bin");
        int[] tokens = "\0The quick brown fox. \0It jumps. ".repeat(20).chars().toArray();
        try (TokenShardWriter writer = TokenShardWriter.create(shard)) {
            writer.write(tokens, 0, tokens.length);
            writer.commit();
        }
        assertEquals(0, run("eval", model.toString(), "--data", shard.toString(), "--by-document"), err::toString);
        String expected = out.toString();
        assertTrue(expected.contains("documents   40,"), expected);
        assertEquals(0, run("eval", model.toString(), "--text", plain.toString(), "--field", "body", "--by-document"), err::toString);
        assertEquals(expected, out.toString());
        Path zipped = directory.resolve("a.jsonl.gz");
        try (OutputStream stored = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            stored.write(lines.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(0, run("eval", model.toString(), "--text", zipped.toString(), "--field", "body", "--by-document"), err::toString);
        assertEquals(expected, out.toString());
        assertEquals(2, run("eval", model.toString(), "--text", plain.toString()));
        assertOneLine("a.jsonl: line 1 has no field \"text\" (it has body); name another one by --field");
    }

    @Test
    void evalOfADirectorySaysWhatItLeftOut() throws IOException {
        Path texts = Files.createDirectory(directory.resolve("texts"));
        Files.writeString(texts.resolve("a.txt"), "The quick brown fox. ".repeat(40));
        assertEquals(0, run("eval", model.toString(), "--text", texts.toString(), "--batch", "2"), err::toString);
        assertEquals("", err.toString());
        String expected = out.toString();
        Files.write(texts.resolve("b.txt"), new byte[] {'f', (byte) 0xFC, 'r', ' '});
        assertEquals(0, run("eval", model.toString(), "--text", texts.toString(), "--batch", "2"), err::toString);
        String skipped = "lockstep: " + texts + ": skipped 1 (0 hidden, 1 binary, 0 empty, 0 special): b.txt (";
        assertTrue(err.toString().startsWith(skipped), err::toString);
        assertEquals(expected, out.toString());
    }

    @Test
    void evalAnswersHellaswagQuestions() throws IOException {
        Path file = directory.resolve("hellaswag.bin");
        ByteBuffer bytes = ByteBuffer.allocate(1024 + 2 * 2 * 18).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(20240522).putInt(1).putInt(2).putInt(64).position(1024);
        for (int index = 0; index < 2; index++) {
            int[] example = {65535, 36, index, index, 4, 2, 'a', 'b', 1, 'c', 2, 'd', 'e', 1, 'f', 2, 'g', 'h'};
            Arrays.stream(example).forEach(value -> bytes.putShort((short) value));
        }
        Files.write(file, bytes.array());
        assertEquals(0, run("eval", model.toString(), "--hellaswag", file.toString()), err::toString);
        // the same question twice with labels 0 and 1: at most one of the two answers can be right
        assertTrue(out.toString().contains("hellaswag   2 questions"), out.toString());
        assertTrue(out.toString().matches("(?s).*accuracy +0\\.[05]000 by mean.*"), out.toString());
        Files.write(file, Arrays.copyOf(bytes.array(), bytes.capacity() - 2));
        assertEquals(2, run("eval", model.toString(), "--hellaswag", file.toString()));
        assertOneLine("example 1");
    }

    @Test
    void evalByWindowsMeasuresEachTokenAndNoBatchShows() throws IOException {
        Path text = Files.writeString(directory.resolve("text.txt"), "public static void main ".repeat(9));
        String first = "";
        for (String batch : List.of("1", "3", "4")) {
            assertEquals(0, run("eval", model.toString(), "--text", text.toString(), "--stride", "5", "--batch", batch), err::toString);
            assertTrue(out.toString().contains("tokens      216 in "), out.toString());
            assertTrue(first.isEmpty() || first.equals(out.toString()), out.toString());
            first = out.toString();
        }
        Path shard = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(shard)) {
            writer.write(new int[] {0, 'a', 'b', 'c', 0, 'd', 'e'}, 0, 7);
            writer.commit();
        }
        assertEquals(0, run("eval", model.toString(), "--data", shard.toString(), "--by-document"), err::toString);
        assertTrue(out.toString().contains("tokens      5 in 2 windows of 32, 32 apart"), out.toString());
        assertTrue(out.toString().contains("documents   2, "), out.toString());
        Path wiki = Files.writeString(directory.resolve("wiki"), " = Title = \n A cost of 2 @,@ 000 . \n");
        assertEquals(0, run("eval", model.toString(), "--wikitext", wiki.toString()), err::toString);
        assertTrue(out.toString().contains("words       10, perplexity of a word "), out.toString());
    }

    @Test
    void evalOfMmluCountsEachSubjectByItselfAndAlike() throws IOException {
        // one answer is the same for all: of three equal questions in one subject, and one in another with another right answer
        Path tests = Files.createDirectory(directory.resolve("tests"));
        Files.writeString(tests.resolve("some_thing_test.csv"), "Q,1,2,3,4,A\nQ,1,2,3,4,A\nQ,1,2,3,4,B\n");
        Path json = directory.resolve("mmlu.json");
        int[] right = new int[4];
        int rightOfSome = 0;
        for (int letter = 0; letter < 4; letter++) {
            Files.writeString(tests.resolve("other_test.csv"), "Q,1,2,3,4," + "ABCD".charAt(letter) + "\n");
            assertEquals(0, run("eval", model.toString(), "--mmlu", tests.toString(), "--json", json.toString()), err::toString);
            JsonNode result = new ObjectMapper().readTree(json.toFile());
            JsonNode other = result.at("/subjects/0");
            JsonNode some = result.at("/subjects/1");
            assertEquals("other", other.path("subject").asText());
            assertEquals("some thing", some.path("subject").asText());
            assertEquals(3, some.path("questions").asInt());
            right[letter] = other.path("rightByMean").asInt();
            assertEquals(result.path("rightByMean").asInt(), some.path("rightByMean").asInt() + right[letter]);
            assertEquals((some.path("rightByMean").asInt() / 3.0 + right[letter]) / 2, result.path("meanOfSubjectsByMean").asDouble());
            assertEquals(some.path("rightByMean").asInt() / 3.0, some.path("accuracyByMean").asDouble());
            assertEquals(result.path("rightByMean").asInt() / 4.0, result.path("accuracyByMean").asDouble());
            String mean = String.format(Locale.ROOT, "%.4f", result.path("meanOfSubjectsByMean").asDouble());
            assertTrue(out.toString().contains("subjects    2, mean of their accuracies " + mean + " by mean loss"), out.toString());
            rightOfSome = some.path("rightByMean").asInt();
        }
        assertEquals(1, Arrays.stream(right).sum(), "it gives one answer to the question");
        assertEquals(2 * right[0] + right[1], rightOfSome, "and the same in the other subject");
        Path nameless = Files.writeString(directory.resolve("n.jsonl"),
            "{\"question\": \"Q\", \"choices\": [\"1\", \"2\", \"3\", \"4\"], \"answer\": 0}\n");
        assertEquals(0, run("eval", model.toString(), "--mmlu", nameless.toString(), "--json", json.toString()), err::toString);
        assertFalse(out.toString().contains("subject"), out.toString());
        assertFalse(new ObjectMapper().readTree(json.toFile()).has("subjects"));
        assertEquals(2, run("eval", model.toString(), "--text", nameless.toString(), "--json", json.toString()));
        assertOneLine("--json");
    }

    @Test
    void evalAnswersQuestionsAsTheyArePublished() throws IOException {
        Path swag = Files.writeString(directory.resolve("h.jsonl"),
            "{\"ctx\":\"A man who is much too long for it\",\"endings\":[\"a\",\"b\",\"c\",\"d\"],\"label\":0}\n".repeat(5));
        String first = "";
        for (String batch : List.of("1", "4", "7")) {
            assertEquals(0, run("eval", model.toString(), "--hellaswag", swag.toString(), "--batch", batch), err::toString);
            assertTrue(out.toString().startsWith("hellaswag   5 questions"), out.toString());
            assertTrue(out.toString().contains("cut         5 of them"), out.toString());
            assertTrue(first.isEmpty() || first.equals(out.toString()), out.toString());
            first = out.toString();
        }
        Path test = Files.writeString(directory.resolve("a_test.csv"), "Q,1,2,3,4,A\nR,1,2,3,4,B\n");
        Path dev = Files.writeString(directory.resolve("a_dev.csv"), "S,1,2,3,4,C\n");
        assertEquals(0, run("eval", model.toString(), "--mmlu", test.toString(), "--shots", "1", "--shots-from", dev.toString()),
            err::toString);
        assertTrue(out.toString().startsWith("mmlu        2 questions"), out.toString());
        assertTrue(out.toString().contains("\n  a                                        2 questions, "), out.toString());
        assertEquals(2, run("eval", model.toString(), "--mmlu", test.toString(), "--shots", "1"));
        assertOneLine("--shots-from");
        assertEquals(2, run("eval", model.toString(), "--mmlu", test.toString(), "--stride", "1"));
        assertOneLine("--stride");
        assertEquals(2, run("eval", model.toString(), "--text", test.toString(), "--stride", "33"));
        assertOneLine("--stride must be 1 to 32");
    }

    @Test
    void evalRefusesWhatItCannotDo() throws IOException {
        assertEquals(2, run("eval", model.toString()));
        assertOneLine("--data");
        assertEquals(2, run("eval", model.toString(), "--data", directory + "/*.none"));
        assertOneLine("*.none");
        Path empty = Files.createFile(directory.resolve("empty.txt"));
        assertEquals(2, run("eval", model.toString(), "--text", empty.toString()));
        assertOneLine("empty.txt: the file is empty; expected text");
        Path few = Files.writeString(directory.resolve("few.txt"), "few");
        assertEquals(2, run("eval", model.toString(), "--text", few.toString()));
        assertOneLine("few.txt: tokens: found 4, expected at least 129");
        assertEquals(2, run("eval", model.toString(), "--data", "x", "--field", "body"));
        assertOneLine("--field: found body, expected --text beside it");
        assertEquals(2, run("eval", model.toString(), "--text", "x", "--seq-len", "33"));
        assertOneLine("--seq-len");
    }

    private void assertOneLine(String mentioned) {
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains(mentioned), err.toString());
    }
}
