package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.ModelFile;
import lockstep.common.format.Sha256;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is written for transformers. */
class HuggingFaceWriterTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    private static HuggingFaceWriter writer(TokenizerFiles tokenizer) {
        Path model = TensorFile.golden("tiny/model.bin");
        return new HuggingFaceWriter(ModelFile.readShape(model), ModelFile.readParameters(model), tokenizer);
    }

    @Test
    void theWeightsFileIsTheOneThatTransformersWrites() throws IOException {
        Path target = directory.resolve("hf");
        assertEquals(List.of("model.safetensors", "config.json", "generation_config.json"),
            writer(TokenizerFiles.NONE).write(target, _ -> {}));
        assertArrayEquals(Files.readAllBytes(TensorFile.golden("hf-tiny/model.safetensors")),
            Files.readAllBytes(target.resolve("model.safetensors")));
    }

    @Test
    void theConfigurationSaysWhatTransformersSaid() throws IOException {
        Path target = directory.resolve("hf");
        writer(TokenizerFiles.NONE).write(target, _ -> {});
        JsonNode expected = JSON.readTree(TensorFile.golden("hf-tiny/config.json").toFile());
        JsonNode found = JSON.readTree(target.resolve("config.json").toFile());
        for (String field : List.of("activation_function", "architectures", "layer_norm_epsilon", "model_type", "n_embd", "n_head",
            "n_inner",
            "n_layer", "n_positions", "scale_attn_weights", "scale_attn_by_inverse_layer_idx", "tie_word_embeddings", "vocab_size")) {
            assertEquals(expected.get(field), found.get(field), field);
        }
        assertTrue(found.get("eos_token_id").isNull());
    }

    @Test
    void whatWasWrittenReadsBackToTheBit() {
        ModelShape shape = ModelShape.of(5, 256, 2, 3, 12);
        float[] params = new float[Math.toIntExact(shape.parameterCount())];
        for (int i = 0; i < params.length; i++) {
            params[i] = Float.intBitsToFloat(0x3F000000 + i * 977);
        }
        Path target = directory.resolve("hf");
        long[] told = {0};
        new HuggingFaceWriter(shape, params, TokenizerFiles.of(Tokenizer.named("bytes"), 5)).write(target, bytes -> told[0] = bytes);
        HuggingFaceModel model = HuggingFaceModel.open(target);
        assertEquals(shape, model.shape());
        assertArrayEquals(params, model.parameters());
        assertTrue(told[0] > HuggingFaceWriter.weightBytes(shape));
    }

    @Test
    void gpt2sTokenizerFilesAreOpenAIsByteForByte() throws IOException {
        TokenizerFiles files = TokenizerFiles.of(Tokenizer.named("gpt2"), 1024);
        Path vocabulary = Files.write(directory.resolve("vocab.json"), files.contents().get("vocab.json"));
        assertEquals("196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783", Sha256.of(vocabulary));
        Path merges = Files.write(directory.resolve("merges.txt"), files.contents().get("merges.txt"));
        assertEquals("1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5", Sha256.of(merges));
        JsonNode fast = JSON.readTree(files.contents().get("tokenizer.json"));
        assertEquals(JSON.readTree(files.contents().get("vocab.json")), fast.at("/model/vocab"));
        assertEquals(50000, fast.at("/model/merges").size());
        assertEquals(50256, fast.at("/added_tokens/0/id").intValue());
    }

    @Test
    void nothingIsOverwrittenAndNothingIsLeftBehind() throws IOException {
        Path there = Files.writeString(directory.resolve("hf"), "mine");
        String message = assertThrows(UserError.class, () -> writer(TokenizerFiles.NONE).write(there, _ -> {})).getMessage();
        assertTrue(message.startsWith(there + ": already exists"), message);
        assertEquals("mine", Files.readString(there));
        Path nowhere = directory.resolve("no/such/hf");
        assertTrue(assertThrows(UserError.class, () -> writer(TokenizerFiles.NONE).write(nowhere, _ -> {})).getMessage()
            .contains("no such directory"));
        Path failed = directory.resolve("failed");
        assertThrows(IllegalStateException.class, () -> writer(TokenizerFiles.NONE).write(failed, _ -> {
            throw new IllegalStateException("as if the disk were full");
        }));
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(there), left.toList());
        }
    }

    @Test
    void whatADeadProcessLeftIsRemoved() throws IOException {
        Path litter = Files.createDirectory(directory.resolve(".tmp-hf-999999999"));
        Files.writeString(litter.resolve("model.safetensors"), "half");
        writer(TokenizerFiles.NONE).write(directory.resolve("hf"), _ -> {});
        assertFalse(Files.exists(litter));
    }
}
