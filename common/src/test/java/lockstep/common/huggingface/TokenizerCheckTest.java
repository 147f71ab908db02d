package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.text.Tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The tokenizer's files beside a model, held against the tokenizers that we have. */
class TokenizerCheckTest {
    private static final Tokenizer GPT2 = Tokenizer.named("gpt2");
    private static final TokenizerFiles FILES = TokenizerFiles.of(GPT2, 1024);

    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        for (var file : FILES.contents().entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }

    private void change(String name, String from, String to) throws IOException {
        String text = Files.readString(directory.resolve(name));
        assertTrue(text.contains(from), name + " lacks " + from);
        Files.writeString(directory.resolve(name), text.replace(from, to));
    }

    private void leave(String... names) throws IOException {
        for (String name : FILES.contents().keySet()) {
            if (!List.of(names).contains(name)) {
                Files.deleteIfExists(directory.resolve(name));
            }
        }
    }

    private void assertDifferent(String... mentioned) {
        TokenizerMatch match = TokenizerCheck.match(directory, GPT2);
        String reason = assertInstanceOf(TokenizerMatch.Different.class, match).reason();
        for (String part : mentioned) {
            assertTrue(reason.contains(part), reason);
        }
        assertEquals(1, reason.lines().count());
    }

    private void assertSame() {
        assertEquals(new TokenizerMatch.Same(), TokenizerCheck.match(directory, GPT2));
    }

    @Test
    void gpt2sOwnFilesAreTheSameAndNoFilesSayNothing() throws IOException {
        assertSame();
        assertInstanceOf(TokenizerMatch.Different.class, TokenizerCheck.match(directory, Tokenizer.named("bytes")));
        leave("tokenizer.json");
        assertSame();
        leave();
        assertEquals(new TokenizerMatch.Unknown(), TokenizerCheck.match(directory, GPT2));
    }

    @Test
    void tokensThatWereAddedBehindAreNoMatterAndOthersAre() throws IOException {
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<|pad|>\": 50257, \"<|im_end|>\": 50258}");
        change("tokenizer.json", "\"added_tokens\" : [ {",
            "\"added_tokens\" : [ { \"id\": 50257, \"content\": \"<|pad|>\", \"special\": true }, {");
        assertSame();
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<|pad|>\": 50255}");
        assertDifferent("added_tokens.json: added token 50255: found \"<|pad|>\"");
    }

    @Test
    void otherMergesOfTheSameTokensAreAnotherTokenizer() throws IOException {
        leave("vocab.json", "merges.txt");
        String merges = Files.readString(directory.resolve("merges.txt"));
        List<String> lines = merges.lines().toList();
        Files.writeString(directory.resolve("merges.txt"),
            merges.replaceFirst(Pattern.quote(lines.get(1) + "\n" + lines.get(2) + "\n"),
                Matcher.quoteReplacement(lines.get(2) + "\n" + lines.get(1) + "\n")));
        assertDifferent("merges.txt: merge 1: found \"" + lines.get(2) + "\", expected \"" + lines.get(1) + "\"");
        Files.writeString(directory.resolve("merges.txt"), merges.substring(0, merges.length() / 2));
        assertDifferent("merges.txt: merge");
        Files.writeString(directory.resolve("merges.txt"), merges);
        assertSame();
        change("vocab.json", "\"!\": 0,", "\"!\": 1,");
        assertDifferent("vocab.json: \"!\": found 1, expected 0");
    }

    @Test
    void whatTokenizerJsonDoesOtherwiseIsNamed() throws IOException {
        leave("tokenizer.json");
        String whole = Files.readString(directory.resolve("tokenizer.json"));
        for (String[] one : new String[][] {{"\"normalizer\" : null", "\"normalizer\" : {\"type\": \"Lowercase\"}", "normalizer"},
            {"\"add_prefix_space\" : false", "\"add_prefix_space\" : true", "add_prefix_space: found true"},
            {"\"type\" : \"BPE\"", "\"type\" : \"Unigram\"", "model.type"}, {"\"dropout\" : null", "\"dropout\" : 0.1", "model.dropout"},
            {"\"end_of_word_suffix\" : \"\"", "\"end_of_word_suffix\" : \"</w>\"", "end_of_word_suffix"}}) {
            Files.writeString(directory.resolve("tokenizer.json"), whole);
            change("tokenizer.json", one[0], one[1]);
            assertDifferent("tokenizer.json: ", one[2]);
        }
        // as newer versions write merges
        Files.writeString(directory.resolve("tokenizer.json"),
            whole.replaceAll("(?m)^(\\s*)\"(\\S+) (\\S+)\"(,?)$", "$1[\"$2\", \"$3\"]$4"));
        assertSame();
    }

    @Test
    void aBlankBeforeATextAndAnotherClassOfTokenizerAreNamed() throws IOException {
        change("tokenizer_config.json", "\"add_prefix_space\" : false", "\"add_prefix_space\" : true");
        assertDifferent("tokenizer_config.json: add_prefix_space: found true, expected false");
        leave("tokenizer_config.json");
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"T5Tokenizer\"}");
        assertDifferent("tokenizer_class: found T5Tokenizer, expected GPT2Tokenizer");
        Files.delete(directory.resolve("tokenizer_config.json"));
        Files.writeString(directory.resolve("spiece.model"), "x");
        assertDifferent("spiece.model");
    }
}
