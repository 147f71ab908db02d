package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;
import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Models of Hugging Face, as they come, and as they must not come. */
class HuggingFaceModelTest {
    private static final Path GOLDEN = TensorFile.golden("hf-tiny");
    private static final String WTE = "transformer.wte.weight";

    @TempDir
    private Path directory;
    private TensorFile tensors;

    @BeforeEach
    void readGolden() throws IOException {
        Files.copy(GOLDEN.resolve("config.json"), directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
        tensors = TensorFile.read(GOLDEN.resolve("model.safetensors"));
    }

    private HuggingFaceModel open() throws IOException {
        Files.write(directory.resolve("model.safetensors"), tensors.bytes());
        return HuggingFaceModel.open(directory);
    }

    private static float[] golden() {
        return ModelFile.readParameters(TensorFile.golden("tiny/model.bin"));
    }

    private void assertRefused(String... mentioned) {
        String message = assertThrows(UserError.class, this::open).getMessage();
        for (String word : mentioned) {
            assertTrue(message.contains(word), message);
        }
        assertEquals(1, message.lines().count());
        assertTrue(message.startsWith(directory.toString()), message);
    }

    private void configure(String from, String to) throws IOException {
        String config = Files.readString(directory.resolve("config.json"));
        assertTrue(config.contains(from), config);
        Files.writeString(directory.resolve("config.json"), config.replace(from, to));
    }

    @Test
    void theFileOfTransformersHoldsTheWeightsOfTheFileOfLlmc() {
        HuggingFaceModel model = HuggingFaceModel.open(GOLDEN);
        assertEquals(ModelShape.of(40, 97, 3, 2, 48), model.shape());
        assertArrayEquals(golden(), model.parameters());
        assertArrayEquals(golden(), HuggingFaceModel.open(GOLDEN.resolve("model.safetensors")).parameters());
    }

    @Test
    void olderNamesWithMasksGiveTheSame() throws IOException {
        tensors.rename(name -> name.replace("transformer.", ""));
        tensors.put("h.0.attn.bias", "F32", new byte[4 * 1600], 1, 1, 40, 40).put("h.1.attn.bias", "U8", new byte[1600], 1, 1, 40, 40)
            .put("h.2.attn.masked_bias", "F32", new byte[4]);
        assertArrayEquals(golden(), open().parameters());
    }

    @Test
    void halvesAreReadAsTheFloatsThatTheyAre() throws IOException {
        tensors.narrow("F16", Float::floatToFloat16);
        float[] expected = golden();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Float.float16ToFloat(Float.floatToFloat16(expected[i]));
        }
        assertArrayEquals(expected, open().parameters());
    }

    @Test
    void upperHalvesAreReadAsTheFloatsThatTheyAre() throws IOException {
        tensors.narrow("BF16", value -> (short) (Float.floatToRawIntBits(value) >>> 16));
        float[] expected = golden();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Float.intBitsToFloat(Float.floatToRawIntBits(expected[i]) & 0xFFFF0000);
        }
        assertArrayEquals(expected, open().parameters());
    }

    @Test
    void anIndexTellsWhichFileHoldsWhat() throws IOException {
        writeShards();
        assertArrayEquals(golden(), HuggingFaceModel.open(directory).parameters());
        assertArrayEquals(golden(), HuggingFaceModel.open(directory.resolve("model.safetensors.index.json")).parameters());
    }

    private void writeShards() throws IOException {
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            String name = "model-0000" + (i + 1) + "-of-00002.safetensors";
            Files.write(directory.resolve(name), tensors.half(i).bytes());
            map.append(tensors.half(i).tensors().keySet().stream().map(tensor -> "\"" + tensor + "\":\"" + name + "\"")
                .collect(Collectors.joining(",", i == 0 ? "" : ",", "")));
        }
        Files.writeString(directory.resolve("model.safetensors.index.json"), "{\"metadata\":{},\"weight_map\":{" + map + "}}");
    }

    @Test
    void anIndexThatLiesIsRefused() throws IOException {
        writeShards();
        Path index = directory.resolve("model.safetensors.index.json");
        String whole = Files.readString(index);
        for (String[] change : List.of(
            new String[] {"\"model-00001", "\"../model-00001", "weight_map", "../model-00001"},
            new String[] {"\"model-00001", "\"/etc/model-00001", "weight_map", "/etc/"},
            new String[] {"\"model-00001-of", "\"model-00003-of", "model-00003-of-00002.safetensors: no such file", "index.json"},
            new String[] {"\"model-00001-of", "\"model-00002-of", "model-00002-of-00002.safetensors", "found no such tensor"},
            new String[] {"weight_map", "weights", "weight_map: found none", "index.json"})) {
            Files.writeString(index, whole.replace(change[0], change[1]));
            String message = assertThrows(UserError.class, () -> HuggingFaceModel.open(directory)).getMessage();
            assertTrue(message.contains(change[2]) && message.contains(change[3]), message);
        }
    }

    @Test
    void aHeadThatIsTheEmbeddingIsFineAndAnotherOneIsNot() throws IOException {
        byte[] head = tensors.tensors().get(WTE).bytes().clone();
        tensors.put("lm_head.weight", "F32", head, 97, 48);
        assertArrayEquals(golden(), open().parameters());
        head[4 * 50] ^= 1;
        assertRefused("lm_head.weight", "another matrix than transformer.wte.weight", "value 50", "tied");
    }

    @Test
    void aHeadThatIsMissedIsNamed() throws IOException {
        configure("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false");
        assertRefused("model.safetensors", "lm_head.weight", "tie_word_embeddings false");
        tensors.put("lm_head.weight", "F32", tensors.tensors().get(WTE).bytes(), 97, 48);
        assertArrayEquals(golden(), open().parameters());
    }

    @Test
    void whatIsMissingOrTooMuchOrOfAnotherShapeIsNamed() throws IOException {
        TensorFile.Tensor bias = tensors.tensors().remove("transformer.h.1.mlp.c_fc.bias");
        assertRefused("model.safetensors", "h.1.mlp.c_fc.bias", "no such tensor", "[192]");
        tensors.put("transformer.h.1.mlp.c_fc.bias", "F32", bias.bytes(), 96, 2);
        assertRefused("model.safetensors", "transformer.h.1.mlp.c_fc.bias: shape", "[96, 2]", "[192]");
        tensors.put("transformer.h.1.mlp.c_fc.bias", "F32", bias.bytes(), 192).put("extra.weight", "F32", new byte[4], 1);
        assertRefused("model.safetensors", "extra.weight", "found 1 such");
        tensors.tensors().remove("extra.weight");
        tensors.put("transformer.h.1.mlp.c_fc.bias", "I32", bias.bytes(), 192);
        assertRefused("model.safetensors", "transformer.h.1.mlp.c_fc.bias: dtype", "I32", "F32, F16 or BF16");
        tensors.put("transformer.h.1.mlp.c_fc.bias", "F32", bias.bytes(), 192).put("h.1.mlp.c_fc.bias", "F32", bias.bytes(), 192);
        assertRefused("h.1.mlp.c_fc.bias", "found twice");
    }

    @Test
    void aModelThatComputesSomethingElseIsRefused() throws IOException {
        String config = Files.readString(directory.resolve("config.json"));
        for (String[] change : List.of(
            new String[] {"gelu_new", "relu", "activation_function", "\"relu\""},
            new String[] {"1e-05", "1e-06", "layer_norm_epsilon", "1.0E-6"},
            new String[] {"\"scale_attn_weights\": true", "\"scale_attn_weights\": false", "scale_attn_weights", "false"},
            new String[] {"idx\": false", "idx\": true", "scale_attn_by_inverse_layer_idx", "true"},
            new String[] {"\"add_cross_attention\": false", "\"add_cross_attention\": true", "add_cross_attention", "true"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"is_causal\": false", "is_causal: found false", "true"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"is_encoder_decoder\": true", "is_encoder_decoder: found true", "false"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"num_attention_heads\": 4", "n_head: found 2 beside num_attention_heads 4",
                "same"},
            new String[] {"\"n_embd\": 48", "\"n_embd\": 48, \"hidden_size\": 96", "n_embd: found 48 beside hidden_size 96", "same"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"quantization_config\": {\"bits\": 4}",
                "quantization_config: found {\"bits\":4}", "quantized"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"pruned_heads\": {\"0\": [1]}", "pruned_heads", "none"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"per_layer_config\": {\"0\": {}}", "per_layer_config", "none"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"auto_map\": {\"AutoModel\": \"m.M\"}", "auto_map", "program of its own"},
            new String[] {"\"n_head\": 2", "\"n_head\": 2, \"sliding_window\": 8", "sliding_window: found 8", "take it out"},
            new String[] {"\"GPT2LMHeadModel\"", "\"MyGPT2\"", "architectures: found \"MyGPT2\"", "GPT2LMHeadModel"},
            new String[] {"\"tie_word_embeddings\": true", "\"tie_word_embeddings\": \"no\"", "tie_word_embeddings", "true or false"},
            new String[] {"gelu_new", "gelu", "activation_function", "\"gelu\""},
            new String[] {"\"n_inner\": null", "\"n_inner\": 100", "n_inner", "192"},
            new String[] {"\"n_head\": 2", "\"n_head\": 5", "n_head", "divisor"},
            new String[] {"\"n_layer\": 3", "\"n_layer\": 2.5", "n_layer", "2.5"},
            new String[] {"\"n_layer\": 3", "\"n_layer\": 2147483647", "config.json", "largest GPT-2 is d48"},
            new String[] {"\"n_embd\": 48", "\"n_embd\": 2147483646", "config.json", "expected"},
            new String[] {"\"n_positions\": 40,", "", "n_positions", "none"},
            new String[] {"\"model_type\": \"gpt2\"", "\"model_type\": \"llama\"", "model_type", "llama"},
            new String[] {"}", "", "config.json", "JSON"})) {
            assertTrue(config.contains(change[0]), change[0]);
            Files.writeString(directory.resolve("config.json"), config.replace(change[0], change[1]));
            assertRefused(change[2], change[3]);
        }
    }

    @Test
    void keysThatChangeNothingOfTheComputationAreKnown() throws IOException {
        configure("\"n_head\": 2", """
            "n_head": 2, "is_causal": true, "quantization_config": null, "pruned_heads": {}, "sliding_window": null, "n_ctx": 20,
            "attention_dropout": 0.5, "torch_dtype": "float16", "_attn_implementation_autoset": true,
            "id2label": {"0": "LABEL_0"}, "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}},
            "tf_legacy_loss": false, "use_bfloat16": false, "torchscript": false, "is_decoder": false, "_name_or_path": "gpt2",
            "transformers.js_config": {"dtype": "q8"}, "repetition_penalty": 1.1, "suppress_tokens": [1]""");
        configure("gelu_new", "gelu_fast");
        configure("\"reorder_and_upcast_attn\": false", "\"reorder_and_upcast_attn\": true");
        assertArrayEquals(golden(), open().parameters());
    }

    @Test
    void sizesMayHaveTheirOtherNames() throws IOException {
        for (String[] names : new String[][] {{"n_head", "num_attention_heads"}, {"n_embd", "hidden_size"},
            {"n_layer", "num_hidden_layers"},
            {"n_positions", "max_position_embeddings"}}) {
            configure("\"" + names[0] + "\"", "\"" + names[1] + "\"");
        }
        HuggingFaceModel model = open();
        assertEquals(ModelShape.of(40, 97, 3, 2, 48), model.shape());
        assertArrayEquals(golden(), model.parameters());
        configure("\"num_attention_heads\": 2", "\"num_attention_heads\": 2, \"n_head\": 2");
        assertEquals(2, open().shape().NH());
    }

    @Test
    void filesBesideThatChangeTheComputationAreRefusedByName() throws IOException {
        for (String name : List.of("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin")) {
            Path file = Files.writeString(directory.resolve(name), "{}");
            assertRefused(file.toString(), "adapter", "merge_and_unload");
            Files.delete(file);
        }
        Files.writeString(directory.resolve("quantize_config.json"), "{}");
        assertRefused("quantize_config.json", "quantized");
    }

    @Test
    void prefixesOfWrappersAreTakenOff() throws IOException {
        for (String prefix : List.of("_orig_mod.", "module.", "_orig_mod.module.", "module._orig_mod.", "_fsdp_wrapped_module.",
            "model.")) {
            readGolden();
            tensors.rename(name -> prefix + name);
            assertArrayEquals(golden(), open().parameters(), prefix);
        }
        readGolden();
        tensors.rename(
            name -> name.replace("transformer.h.1.", "transformer.h.1._checkpoint_wrapped_module.").replace(".mlp.", ".mlp._orig_mod."));
        assertArrayEquals(golden(), open().parameters());
        tensors.put("h.1.mlp.c_fc.bias", "F32", tensors.tensors().get("transformer.ln_f.bias").bytes(), 48);
        assertRefused("h.1.mlp.c_fc.bias", "found twice");
    }

    @Test
    void theFieldThatHoldsTheModelMayHaveAnyName() throws IOException {
        for (String field : List.of("net.", "base_model.model.", "gpt._orig_mod.", "policy.actor.")) {
            readGolden();
            tensors.rename(name -> field + name);
            assertArrayEquals(golden(), open().parameters(), field);
            readGolden();
            tensors.rename(name -> field + name.substring("transformer.".length()));
            assertArrayEquals(golden(), open().parameters(), field);
        }
        tensors.put("ema.wte.weight", "F32", tensors.tensors().get("policy.actor.wte.weight").bytes(), 97, 48);
        assertRefused("wte.weight", "found twice");
    }

    @Test
    void whatIsWrittenAnotherWaySaysHow() throws IOException {
        String name = "transformer.h.0.attn.c_attn.weight";
        TensorFile.Tensor weight = tensors.tensors().get(name);
        tensors.put(name, "F32", weight.bytes(), 144, 48);
        assertRefused(name + ": shape: found [144, 48], expected [48, 144]", "the matrix is turned over");
        readGolden();
        tensors.tensors().keySet().removeIf(each -> each.endsWith(".bias"));
        assertRefused("h.0.ln_1.bias", "the model has no biases", "zeros in their place");
        readGolden();
        writeShards();
        Path one = directory.resolve("model-00002-of-00002.safetensors");
        String message = assertThrows(UserError.class, () -> HuggingFaceModel.open(one)).getMessage();
        assertTrue(message.contains("found no such tensor") && message.contains("one of several; give the directory"), message);
        configure("\"n_head\": 2", "\"n_head\": 2.0");
        assertRefused("n_head: found 2.0", "an integer > 0");
    }

    @Test
    void aTiedFileMayHoldTheHeadAlone() throws IOException {
        tensors.rename(name -> name.equals(WTE) ? "lm_head.weight" : name);
        assertArrayEquals(golden(), open().parameters());
        configure("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false");
        assertRefused("wte.weight: found no such tensor");
    }

    @Test
    void theOtherHeadOfADoubleHeadsModelIsLeftOutAndNamed() throws IOException {
        tensors.put("multiple_choice_head.summary.weight", "F32", new byte[4 * 48], 1, 48).put("multiple_choice_head.summary.bias", "F32",
            new byte[4], 1);
        configure("GPT2LMHeadModel", "GPT2DoubleHeadsModel");
        HuggingFaceModel model = open();
        assertArrayEquals(golden(), model.parameters());
        assertTrue(String.join("\n", model.describe()).contains("left out        multiple_choice_head.summary.bias, multiple_choice_head"));
    }

    /** Trl's value head, and the heads of transformers' classes for other tasks, lie beside the same language model. */
    @ParameterizedTest
    @ValueSource(strings = {"v_head.summary.weight", "score.weight", "classifier.weight", "qa_outputs.bias"})
    void headsBesideTheLanguageModelsAreLeftOutAndNamed(String head) throws IOException {
        tensors.put(head, "F32", new byte[4 * 48], 1, 48);
        HuggingFaceModel model = open();
        assertArrayEquals(golden(), model.parameters());
        assertTrue(model.note().orElseThrow().contains("left out " + head), model.note().toString());
        tensors.rename(name -> name.equals(head) ? name : "pretrained_model." + name);
        assertArrayEquals(golden(), open().parameters());
        tensors.put("h.0.v_head.weight", "F32", new byte[4 * 48], 1, 48);
        assertRefused("h.0.v_head.weight", "no GPT-2 of");
    }

    @Test
    void notesInItsConfigurationChangeNothing() throws IOException {
        configure("\"model_type\"",
            "\"custom_pipelines\": {\"x\": {\"impl\": \"a.B\"}}, \"unsloth_version\": \"2025.1\", \"unsloth_fixed\": true,"
                + " \"author\": \"A\", \"created_date\": \"2025-01-01\", \"license\": \"mit\", \"tags\": [\"a\"], \"training_args\": {\"lr\": 1}, \"model_type\"");
        assertArrayEquals(golden(), open().parameters());
        assertTrue(open().note().isEmpty());
        configure("\"unsloth_fixed\"", "\"use_alibi\"");
        assertRefused("use_alibi: found true");
    }

    @Test
    void masksOfAnyShapeAndTypeAreLeftOut() throws IOException {
        tensors.put("transformer.h.0.attn.bias", "BOOL", new byte[1600], 1, 1, 40, 40)
            .put("transformer.h.1.attn.bias", "F16", new byte[2 * 400], 20, 20).put("transformer.h.1.attn.masked_bias", "F64", new byte[8])
            .put("transformer.h.2.attn.bias", "F8_E4M3", new byte[1], 1);
        assertArrayEquals(golden(), open().parameters());
    }

    @Test
    void otherLibrariesLayoutsAndNarrowTypesAreRefusedByName() throws IOException {
        byte[] file = tensors.bytes();
        int headerBytes = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String header = new String(file, 8, headerBytes, StandardCharsets.UTF_8);
        for (String format : List.of("tf", "flax", "pt", "mlx", "np")) {
            String with = "{\"__metadata__\":{\"format\":\"" + format + "\"}," + header.substring(1);
            Files.write(directory.resolve("model.safetensors"),
                TensorFile.file(with, file.length - 8 - headerBytes, Arrays.copyOfRange(file, 8 + headerBytes, file.length)));
            if (format.equals("tf") || format.equals("flax")) {
                String message = assertThrows(UserError.class, () -> HuggingFaceModel.open(directory)).getMessage();
                assertTrue(message.contains("format: found " + format + ", expected pt") && message.contains("from_" + format), message);
            } else {
                assertArrayEquals(golden(), HuggingFaceModel.open(directory).parameters(), format);
            }
        }
        tensors.put("transformer.ln_f.bias", "F8_E4M3", new byte[48], 48);
        assertRefused("transformer.ln_f.bias: dtype: found F8_E4M3", "F32, F16 or BF16", "save the model again");
    }

    @Test
    void theTokensAtWhichTextsEndAreRead() throws IOException {
        assertEquals(Set.of(0), open().endTokens());
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [5, 3]}");
        assertEquals(Set.of(3, 5), open().endTokens());
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": null}");
        assertEquals(Set.of(), open().endTokens());
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": \"x\"}");
        assertTrue(assertThrows(UserError.class, () -> open().endTokens()).getMessage().contains("eos_token_id: found \"x\""));
    }

    @Test
    void aFileWithoutItsConfigurationIsNamed() throws IOException {
        Files.delete(directory.resolve("config.json"));
        assertRefused("config.json: no such file", "heads");
    }

    @Test
    void itIsToldFromOtherPaths() throws IOException {
        assertTrue(HuggingFaceModel.isOne(GOLDEN));
        assertTrue(HuggingFaceModel.isOne(GOLDEN.resolve("model.safetensors")));
        assertFalse(HuggingFaceModel.isOne(directory));
        assertFalse(HuggingFaceModel.isOne(TensorFile.golden("tiny/model.bin")));
    }

    @Test
    void itsDescriptionSaysWhatItHolds() {
        String description = String.join("\n", HuggingFaceModel.open(GOLDEN).describe());
        assertTrue(description.contains("safetensors (F32)"), description);
        assertTrue(description.contains("97, padded to 128"), description);
        assertTrue(description.contains("without padding"), description);
    }

    @Test
    void valuesOfBothSignsComeThrough() throws IOException {
        byte[] bias = tensors.tensors().get("transformer.ln_f.bias").bytes();
        ByteBuffer.wrap(bias).order(ByteOrder.LITTLE_ENDIAN).putFloat(-Float.MAX_VALUE).putFloat(-0f).putFloat(Float.MAX_VALUE).putInt(1);
        float[] params = open().parameters();
        int at = params.length - 48;
        assertEquals(-Float.MAX_VALUE, params[at]);
        assertEquals(0x80000000, Float.floatToRawIntBits(params[at + 1]));
        assertEquals(Float.MAX_VALUE, params[at + 2]);
        assertEquals(1, Float.floatToRawIntBits(params[at + 3]));
    }

    @Test
    void aWeightThatIsNotFiniteIsNamedAndItsFileStillDescribed() throws IOException {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            byte[] weight = tensors.tensors().get("transformer.h.1.mlp.c_fc.weight").bytes();
            ByteBuffer.wrap(weight).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * 5000, bad).putFloat(4 * 9000, bad);
            HuggingFaceModel model = open();
            String message = assertThrows(UserError.class, model::parameters).getMessage();
            assertTrue(message.startsWith(directory.resolve("model.safetensors") + ": transformer.h.1.mlp.c_fc.weight: value 5000: found "
                + bad + ", expected a finite number"), message);
            String description = String.join("\n", model.describe());
            assertTrue(description.contains("2 of 91,488 values, the first one is transformer.h.1.mlp.c_fc.weight: value 5000: " + bad),
                description);
        }
    }

    @Test
    void halvesThatAreNotFiniteAreNamed() throws IOException {
        for (String dtype : List.of("F16", "BF16")) {
            readGolden();
            tensors.narrow(dtype,
                value -> dtype.equals("F16") ? Float.floatToFloat16(value) : (short) (Float.floatToRawIntBits(value) >>> 16));
            byte[] bias = tensors.tensors().get("transformer.h.2.ln_1.bias").bytes();
            ByteBuffer.wrap(bias).order(ByteOrder.LITTLE_ENDIAN).putShort(2 * 47, (short) (dtype.equals("F16") ? 0x7C00 : 0x7F80));
            String message = assertThrows(UserError.class, open()::parameters).getMessage();
            assertTrue(message.contains("transformer.h.2.ln_1.bias: value 47: found Infinity"), message);
        }
    }
}
