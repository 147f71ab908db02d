package lockstep.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

import lockstep.common.format.ModelFile;
import lockstep.common.huggingface.HuggingFaceWriter;
import lockstep.common.huggingface.TokenizerFiles;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.common.text.Tokenizer;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Models with more rows than GPT-2 has tokens: padded to a multiple, as nanoGPT does it, or with a few tokens that were added. */
class LargerVocabulariesTest extends CommandFixture {
    private static final int TOKENS = 50257;

    /** The rows behind GPT-2's tokens are by far the most likely, as rows of a model that was never told not to draw them may be. */
    private static float[] params(ModelShape shape) {
        float[] params = Initializer.parameters(shape, 1);
        ParameterLayout layout = new ParameterLayout(shape);
        Arrays.fill(params, layout.offset(Tensor.LNFW), layout.offset(Tensor.LNFW) + shape.C(), 0);
        Arrays.fill(params, layout.offset(Tensor.LNFB), layout.offset(Tensor.LNFB) + shape.C(), 1);
        Arrays.fill(params, Math.min(TOKENS, shape.V() - 1) * shape.C(), shape.V() * shape.C(), 5);
        return params;
    }

    private String model(int V) {
        ModelShape shape = ModelShape.of(32, V, 1, 1, 4);
        Path file = directory.resolve("model-" + V + ".bin");
        ModelFile.write(file, shape, params(shape));
        return file.toString();
    }

    private Path text() throws IOException {
        return Files.writeString(directory.resolve("text.txt"), "To be, or not to be: that is the question. ".repeat(60));
    }

    @Test
    void tokensThatGpt2DoesNotHaveAreNeitherDrawnNorTold() throws IOException {
        for (int V : new int[] {50258, 50259, 50304}) {
            String model = model(V);
            for (String temperature : List.of("0", "1")) {
                assertEquals(0, run("generate", model, "--prompt", "To be", "--tokens", "6", "--json", "--logprobs", "3", "--temperature",
                    temperature), err::toString);
                JsonNode tokens = new JsonMapper().readTree(out.toString()).get("tokens");
                assertEquals(6, tokens.size());
                for (JsonNode token : tokens) {
                    assertTrue(token.get("id").intValue() < TOKENS, token.toString());
                    // of the softmax over all rows, as in the loss: the others take nearly all of it
                    assertTrue(token.get("logprob").doubleValue() < -19, token.toString());
                    assertEquals(3, token.get("top").size());
                    token.get("top").forEach(likely -> assertTrue(likely.get("id").intValue() < TOKENS, token.toString()));
                }
            }
        }
    }

    @Test
    void theTextIsThatOfTheSameModelWithoutThoseRows() {
        ModelShape larger = ModelShape.of(32, 50304, 1, 1, 4);
        ModelShape own = ModelShape.of(32, TOKENS, 1, 1, 4);
        float[] params = params(larger);
        float[] cut = params.clone(); // both are padded to 50,304
        Arrays.fill(cut, TOKENS * 4, 50304 * 4, 0);
        Path file = directory.resolve("own.bin");
        ModelFile.write(file, own, cut);
        assertEquals(0, run("generate", file.toString(), "--prompt", "To be", "--tokens", "20", "--seed", "3"), err::toString);
        String expected = out.toString();
        assertEquals(0, run("generate", model(50304), "--prompt", "To be", "--tokens", "20", "--seed", "3"), err::toString);
        assertEquals(expected, out.toString());
    }

    @Test
    void textIsMeasuredAndTrainedOnAndTheRunTalks() throws IOException {
        String model = model(50304);
        assertEquals(0, run("eval", model, "--text", text().toString(), "--batch", "1"), err::toString);
        Path runDirectory = directory.resolve("run");
        assertEquals(0,
            run("train", "--model", model, "--text", text().toString(), "--batch", "1", "--seq-len", "16", "--micro-batches", "1",
                "--steps", "1", "--sample-every", "1", "--val-every", "0", "--out", runDirectory.toString()),
            err::toString);
        assertTrue(Files.readString(runDirectory.resolve("config.json")).contains("\"tokenizer\" : \"gpt2\""));
        assertEquals(0, run("generate", runDirectory.toString(), "--prompt", "To be", "--tokens", "3"), err::toString);
        assertEquals(0, run("export", runDirectory.toString(), directory.resolve("a.gguf").toString(), "--to", "gguf"), err::toString);
        assertEquals(0, run("info", directory.resolve("a.gguf").toString()), err::toString);
        assertTrue(out.toString().contains("50304") || out.toString().contains("50,304"), out.toString());
    }

    @Test
    void aVocabularyThatIsFarLargerIsTakenWhereTheUserNamesTheTokenizer() {
        String model = model(51200);
        assertEquals(2, run("generate", model, "--prompt", "To be", "--tokens", "3"));
        assertTrue(err.toString().contains("found V=51200, which fits no tokenizer of ours (gpt2: 50257 to 50304, bytes: 256 to 256)"),
            err.toString());
        assertEquals(0, run("generate", model, "--prompt", "To be", "--tokens", "3", "--tokenizer", "gpt2"), err::toString);
        assertEquals(2, run("generate", model, "--prompt", "To be", "--tokenizer", "bytes"));
        assertTrue(err.toString().contains("found V=51200, expected 256 to 1024, the tokens of --tokenizer bytes"), err.toString());
        assertEquals(2, run("generate", model(50256), "--prompt", "To be", "--tokenizer", "gpt2"));
        assertTrue(err.toString().contains("expected 50257 to 51200"), err.toString());
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void filesOfGpt2sTokenizerWithAddedTokensSayWhoseTokensTheyAre() throws IOException {
        ModelShape shape = ModelShape.of(32, 50600, 1, 1, 4);
        Path model = directory.resolve("hf");
        new HuggingFaceWriter(shape, params(shape), TokenizerFiles.of(Tokenizer.named("gpt2"), 32)).write(model, _ -> {});
        Files.writeString(model.resolve("added_tokens.json"), "{\"<|im_end|>\": 50257, \"<|far|>\": 50600}");
        Files.writeString(model.resolve("generation_config.json"), "{\"eos_token_id\": [198, 50257, 50300]}");
        String[] generate = {"generate", model.toString(), "--tokens", "3", "--temperature", "0", "--json", "--prompt"};
        assertEquals(0, run(with(generate, "<|im_end|>To be", "--stop-at-end")), err::toString);
        assertTrue(
            err.toString().contains("eos_token_id: [50300] is none of the 50258 tokens of gpt2 and its added tokens, and is never drawn;"
                + " texts end at [198, 50256, 50257]"),
            err.toString());
        JsonNode answer = new JsonMapper().readTree(out.toString());
        assertEquals("end", answer.get("finish").textValue());
        assertEquals("", answer.get("text").textValue());
        assertEquals("<|im_end|>", answer.at("/tokens/0/text").textValue());
        assertEquals(0, run(with(generate, "To be")), err::toString);
        assertEquals("<|im_end|><|im_end|><|im_end|>", new JsonMapper().readTree(out.toString()).get("text").textValue());
        assertRefused("prompt: found the name of token 50600, <|far|>", with(generate, "To<|far|> be"));
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"add_prefix_space\": true}");
        assertEquals(2, run("generate", model.toString(), "--prompt", "To be", "--tokens", "3"));
        assertTrue(
            err.toString().contains("tokenizer_config.json: add_prefix_space: found true")
                && err.toString().contains("--tokenizer gpt2 reads"),
            err.toString());
        assertEquals(0, run("generate", model.toString(), "--prompt", "To be", "--tokens", "3", "--tokenizer", "gpt2"), err::toString);
        assertFalse(err.toString().contains("add_prefix_space"), err.toString());
    }

    /** A clone that was made without Git LFS. */
    @Test
    void whereTheTokenizersFileCannotBeReadItsNameHelps() throws IOException {
        ModelShape shape = ModelShape.of(32, TOKENS, 1, 1, 4);
        Path model = directory.resolve("hf");
        new HuggingFaceWriter(shape, params(shape), TokenizerFiles.of(Tokenizer.named("gpt2"), 32)).write(model, _ -> {});
        Files.writeString(model.resolve("tokenizer.json"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 9\n");
        assertRefused(new String[] {"tokenizer.json: content: found a Git LFS pointer", "--tokenizer gpt2 reads texts"}, "generate",
            model.toString(),
            "--prompt", "To be");
        assertEquals(0, run("generate", model.toString(), "--prompt", "To be", "--tokens", "3", "--tokenizer", "gpt2"), err::toString);
    }

    @Test
    void aTextEndsAtTheTokenOfTheModelsConfiguration() throws IOException {
        ModelShape shape = ModelShape.of(32, TOKENS, 1, 1, 4);
        float[] params = params(shape);
        Arrays.fill(params, 198 * 4, 199 * 4, 9); // a newline is the most likely token
        Path model = directory.resolve("hf");
        new HuggingFaceWriter(shape, params, TokenizerFiles.of(Tokenizer.named("gpt2"), 32)).write(model, _ -> {});
        Files.writeString(model.resolve("generation_config.json"), "{\"eos_token_id\": 198}");
        assertEquals(0,
            run("generate", model.toString(), "--prompt", "To be", "--tokens", "3", "--temperature", "0", "--json", "--stop-at-end"),
            err::toString);
        JsonNode answer = new JsonMapper().readTree(out.toString());
        assertEquals("end", answer.get("finish").textValue());
        assertEquals("", answer.get("text").textValue());
    }
}
