package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.text.AddedToken;
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
        added();
    }

    private List<AddedToken> added() {
        TokenizerMatch match = TokenizerCheck.match(directory, GPT2);
        return assertInstanceOf(TokenizerMatch.Same.class, match, match.toString()).added();
    }

    @Test
    void gpt2sOwnFilesAreTheSameAndNoFilesSayNothing() throws IOException {
        assertSame();
        assertInstanceOf(TokenizerMatch.Different.class, TokenizerCheck.match(directory, Tokenizer.named("bytes")));
        leave("tokenizer.json");
        assertSame();
        leave();
        assertEquals(new TokenizerMatch.Unknown(List.of()), TokenizerCheck.match(directory, GPT2));
    }

    /** As transformers 5.18 has them of the same files. */
    @Test
    void addedTokensComeFromEveryFileThatNamesThem() throws IOException {
        assertEquals(List.of(new AddedToken(50256, "<|endoftext|>", Set.of())), added());
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<|pad|>\": 50257, \"<|im_end|>\": 50258}");
        change("tokenizer.json", "\"added_tokens\" : [ {",
            "\"added_tokens\" : [ { \"id\": 50257, \"content\": \"<|pad|>\", \"lstrip\": true, \"normalized\": true }, {");
        change("tokenizer_config.json", "{",
            "{\"added_tokens_decoder\": {\"50259\": {\"content\": \"<|im_start|>\", \"rstrip\": true}}, \"pad_token\": \"[PAD]\",");
        change("special_tokens_map.json", "{",
            "{\"additional_special_tokens\": [\"<u>\", {\"content\": \"<v>\"}], \"mask_token\": \"<|im_end|>\",");
        assertEquals(List.of("50256 <|endoftext|> []", "50257 <|pad|> [LEFT_STRIP, NORMALIZED]", "50258 <|im_end|> []",
            "50259 <|im_start|> [RIGHT_STRIP]", "50260 [PAD] []", "50261 <u> []", "50262 <v> []"),
            added().stream().map(token -> token.id() + " " + token.text() + " " + token.rules().stream().sorted().toList()).toList());
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<|im_start|>\": 50257}");
        assertDifferent("added_tokens.json: added token 50257: found \"<|im_start|>\", expected \"<|pad|>\"");
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<|im_start|>\": 50300}");
        assertDifferent("added_tokens.json: added token \"<|im_start|>\": found the id 50300, expected 50259");
    }

    @Test
    void tokensThatArePutAroundATextAreNamed() throws IOException {
        for (String field : List.of("add_bos_token", "add_eos_token", "split_special_tokens")) {
            change("tokenizer_config.json", "{", "{\"" + field + "\": true,");
            assertDifferent("tokenizer_config.json: " + field + ": found true, expected false");
            change("tokenizer_config.json", "{\"" + field + "\": true,", "{\"" + field + "\": false,");
            assertSame();
        }
        String whole = Files.readString(directory.resolve("tokenizer.json"));
        String template = "{\"type\": \"TemplateProcessing\", \"single\": [%s{\"Sequence\": {\"id\": \"A\"}}]}";
        String bos = "{\"SpecialToken\": {\"id\": \"<|endoftext|>\"}}, ";
        for (String processor : List.of(String.format(template, bos),
            "{\"type\": \"Sequence\", \"processors\": [{\"type\": \"ByteLevel\"}, " + String.format(template, bos) + "]}",
            "{\"type\": \"RobertaProcessing\"}")) {
            Files.writeString(directory.resolve("tokenizer.json"), whole);
            change("tokenizer.json", "\"post_processor\" : {", "\"post_processor\" : " + processor + ", \"x\" : {");
            assertDifferent("tokenizer.json: post_processor: found ");
        }
        for (String processor : List.of("null", String.format(template, ""))) {
            Files.writeString(directory.resolve("tokenizer.json"), whole);
            change("tokenizer.json", "\"post_processor\" : {", "\"post_processor\" : " + processor + ", \"x\" : {");
            assertSame();
        }
    }

    @Test
    void aFileThatCannotBeReadIsAnotherTokenizersAndIsNamed() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 1355256\n");
        assertDifferent("tokenizer.json: content: found a Git LFS pointer");
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
