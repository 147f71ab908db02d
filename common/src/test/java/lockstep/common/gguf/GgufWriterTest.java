package lockstep.common.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.ValueOutput.Width;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.Tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is written for llama.cpp, field by field, through a second implementation. */
class GgufWriterTest {
    private static final ModelShape SHAPE = ModelShape.of(7, 256, 2, 3, 12);

    @TempDir
    private Path directory;

    private static float[] params() {
        float[] params = new float[Math.toIntExact(SHAPE.parameterCount())];
        for (int i = 0; i < params.length; i++) {
            params[i] = (i % 4099 - 2000) / 512f;
        }
        return params;
    }

    private GgufReader written(Width width) throws IOException {
        Path file = directory.resolve(width + ".gguf");
        new GgufWriter(SHAPE, params(), width).with(Tokenizer.named("bytes")).write(file, _ -> {});
        return new GgufReader(file);
    }

    @Test
    void fieldsSayWhatLlamaCppAsksFor() throws IOException {
        Map<String, Object> fields = written(Width.FP32).fields;
        assertEquals("gpt2", fields.get("general.architecture"));
        assertEquals(0L, fields.get("general.file_type"));
        assertEquals(7L, fields.get("gpt2.context_length"));
        assertEquals(12L, fields.get("gpt2.embedding_length"));
        assertEquals(2L, fields.get("gpt2.block_count"));
        assertEquals(48L, fields.get("gpt2.feed_forward_length"));
        assertEquals(3L, fields.get("gpt2.attention.head_count"));
        assertEquals(1e-5f, fields.get("gpt2.attention.layer_norm_epsilon"));
        assertEquals("gpt2", fields.get("tokenizer.ggml.model"));
        assertEquals("gpt-2", fields.get("tokenizer.ggml.pre"));
        assertEquals(BpeVocabulary.of(Tokenizer.named("bytes")).tokens(), fields.get("tokenizer.ggml.tokens"));
        assertEquals(List.of(), fields.get("tokenizer.ggml.merges"));
        List<?> types = (List<?>) fields.get("tokenizer.ggml.token_type");
        assertEquals(256, types.size());
        assertEquals(3, types.get(0));
        assertEquals(255, types.stream().filter(type -> type.equals(1)).count());
        assertEquals(0L, fields.get("tokenizer.ggml.eos_token_id"));
        assertEquals(0L, fields.get("tokenizer.ggml.bos_token_id"));
        assertEquals(1L, written(Width.FP16).fields.get("general.file_type"));
    }

    @Test
    void everyTensorIsThereAlignedAndToTheBit() throws IOException {
        GgufReader file = written(Width.FP32);
        ParameterLayout layout = new ParameterLayout(SHAPE);
        float[] params = params();
        assertEquals(4 + 12 * 2, file.tensors.size());
        assertEquals(List.of(12L, 256L), file.tensors.get("token_embd.weight").sizes());
        assertEquals(List.of(12L, 36L), file.tensors.get("blk.1.attn_qkv.weight").sizes());
        assertEquals(List.of(48L, 12L), file.tensors.get("blk.0.ffn_down.weight").sizes());
        assertEquals(List.of(36L), file.tensors.get("blk.1.attn_qkv.bias").sizes());
        compare(file, "token_embd.weight", params, layout.offset(Tensor.WTE), 256 * 12);
        compare(file, "position_embd.weight", params, layout.offset(Tensor.WPE), 7 * 12);
        compare(file, "output_norm.bias", params, layout.offset(Tensor.LNFB), 12);
        for (int l = 0; l < 2; l++) {
            String block = "blk." + l + ".";
            compare(file, block + "attn_norm.weight", params, layout.offset(Tensor.LN1W, l), 12);
            compare(file, block + "attn_norm.bias", params, layout.offset(Tensor.LN1B, l), 12);
            compare(file, block + "attn_qkv.weight", params, layout.offset(Tensor.QKVW, l), 36 * 12);
            compare(file, block + "attn_qkv.bias", params, layout.offset(Tensor.QKVB, l), 36);
            compare(file, block + "attn_output.weight", params, layout.offset(Tensor.ATTPROJW, l), 12 * 12);
            compare(file, block + "attn_output.bias", params, layout.offset(Tensor.ATTPROJB, l), 12);
            compare(file, block + "ffn_norm.weight", params, layout.offset(Tensor.LN2W, l), 12);
            compare(file, block + "ffn_norm.bias", params, layout.offset(Tensor.LN2B, l), 12);
            compare(file, block + "ffn_up.weight", params, layout.offset(Tensor.FCW, l), 48 * 12);
            compare(file, block + "ffn_up.bias", params, layout.offset(Tensor.FCB, l), 48);
            compare(file, block + "ffn_down.weight", params, layout.offset(Tensor.FCPROJW, l), 48 * 12);
            compare(file, block + "ffn_down.bias", params, layout.offset(Tensor.FCPROJB, l), 12);
        }
        long at = 0;
        for (Map.Entry<String, GgufReader.Info> tensor : file.tensors.entrySet()) {
            assertEquals(0, tensor.getValue().offset() % 32, tensor.getKey());
            assertTrue(tensor.getValue().offset() >= at, tensor.getKey());
            at = file.end(tensor.getKey()) - file.dataStart;
        }
        assertEquals((at + 31) / 32 * 32, file.bytes() - file.dataStart);
    }

    private static void compare(GgufReader file, String name, float[] params, int from, int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(params[from + i], file.at(name, i), name + " value " + i);
        }
        assertEquals(count, file.tensors.get(name).sizes().stream().reduce(1L, Math::multiplyExact), name);
    }

    @Test
    void halvesAreTheMatricesAloneWithoutThePositions() throws IOException {
        GgufReader file = written(Width.FP16);
        float[] params = params();
        assertEquals(1, file.tensors.get("token_embd.weight").type());
        assertEquals(1, file.tensors.get("blk.0.ffn_up.weight").type());
        assertEquals(0, file.tensors.get("position_embd.weight").type());
        assertEquals(0, file.tensors.get("blk.0.ffn_norm.weight").type());
        assertEquals(0, file.tensors.get("blk.0.ffn_up.bias").type());
        int from = new ParameterLayout(SHAPE).offset(Tensor.FCW, 1);
        for (int i = 0; i < 48 * 12; i++) {
            assertEquals(Float.float16ToFloat(Float.floatToFloat16(params[from + i])), file.at("blk.1.ffn_up.weight", i));
        }
    }

    @Test
    void gpt2sTokenizerIsThereWithItsMerges() throws IOException {
        ModelShape shape = ModelShape.of(4, 50257, 1, 1, 2);
        Path file = directory.resolve("gpt2.gguf");
        new GgufWriter(shape, new float[Math.toIntExact(shape.parameterCount())], Width.FP32).with(Tokenizer.named("gpt2")).write(file,
            _ -> {});
        Map<String, Object> fields = new GgufReader(file).fields;
        BpeVocabulary bpe = BpeVocabulary.of(Tokenizer.named("gpt2"));
        assertEquals(bpe.tokens(), fields.get("tokenizer.ggml.tokens"));
        assertEquals(bpe.merges(), fields.get("tokenizer.ggml.merges"));
        assertEquals(50256L, fields.get("tokenizer.ggml.eos_token_id"));
    }

    @Test
    void aWeightThatFp16CannotHoldIsRefused() {
        float[] params = params();
        params[3] = 70000;
        Path file = directory.resolve("x.gguf");
        GgufWriter writer = new GgufWriter(SHAPE, params, Width.FP16).withoutTokenizer();
        String message = assertThrows(UserError.class, () -> writer.write(file, _ -> {})).getMessage();
        assertTrue(message.contains("token_embd.weight") && message.contains("70000") && message.contains("fp32"), message);
        assertTrue(Files.notExists(file));
    }

    @Test
    void anExistingFileStays() throws IOException {
        Path file = Files.writeString(directory.resolve("x.gguf"), "mine");
        GgufWriter writer = new GgufWriter(SHAPE, params(), Width.FP32).withoutTokenizer();
        assertTrue(assertThrows(UserError.class, () -> writer.write(file, _ -> {})).getMessage().contains("already exists"));
        assertEquals("mine", Files.readString(file));
    }
}
