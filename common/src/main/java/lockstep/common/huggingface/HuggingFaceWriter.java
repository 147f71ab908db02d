package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lockstep.common.format.DurableDirectory;
import lockstep.common.format.DurableFile;
import lockstep.common.format.ValueOutput;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.TensorPart;
import lockstep.common.safetensors.SafetensorsWriter;
import lockstep.common.text.Tokenizer;

/** Writes a model as a directory that {@code from_pretrained} loads: the weights in fp32, without the padding of the vocabulary, so that to read them again gives the same bits. */
public final class HuggingFaceWriter {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** Values turned over at a time, in whole rows. */
    private static final int STAGE = 1 << 20;

    private final ParameterLayout layout;
    private final float[] params;
    private final TokenizerFiles tokenizer;

    /** @param params all parameters in llm.c's order */
    public HuggingFaceWriter(ModelShape shape, float[] params, TokenizerFiles tokenizer) {
        this.layout = new ParameterLayout(shape);
        if (params.length != layout.count()) {
            throw new IllegalArgumentException("params must hold " + layout.count() + " values: " + params.length);
        }
        this.params = params;
        this.tokenizer = tokenizer;
    }

    /**
     * Writes the directory, whole or not at all.
     *
     * @param progress told of the bytes of the weights' file so far
     * @return names of the files
     * @throws lockstep.common.UserError when the directory exists, or can't be written
     */
    public List<String> write(Path directory, LongConsumer progress) {
        Map<String, byte[]> small = new LinkedHashMap<>();
        try {
            small.put(ConfigReader.NAME, JSON.writeValueAsBytes(config(layout.shape(), tokenizer.endOfText())));
            small.put("generation_config.json", JSON.writeValueAsBytes(
                specialTokens(JSON.createObjectNode(), tokenizer.endOfText(), "bos_token_id", "eos_token_id", "pad_token_id")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        small.putAll(tokenizer.contents());
        DurableDirectory.create(directory, target -> {
            for (Map.Entry<String, byte[]> file : small.entrySet()) {
                DurableFile.writeAndSync(target.resolve(file.getKey()), DurableFile.content(file.getValue()));
            }
            DurableFile.writeAndSync(target.resolve(WeightFiles.SINGLE), channel -> weights(channel, progress));
        });
        List<String> names = new ArrayList<>(List.of(WeightFiles.SINGLE));
        names.addAll(small.keySet());
        return List.copyOf(names);
    }

    /**
     * Writes the configuration of a model whose weights lie in the directory; one that is there stays.
     *
     * @throws lockstep.common.UserError when it can't be written
     */
    public static void writeConfig(Path directory, ModelShape shape, Tokenizer tokenizer) {
        Path file = directory.resolve(ConfigReader.NAME);
        if (Files.notExists(file)) {
            try {
                byte[] bytes = JSON.writeValueAsBytes(config(shape, OptionalInt.of(tokenizer.endOfText())));
                DurableFile.create(file, DurableFile.content(bytes));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Bytes of the weights' values, to measure progress by. */
    public static long weightBytes(ModelShape shape) {
        return Float.BYTES * TensorPart.all(new ParameterLayout(shape)).stream().mapToLong(TensorPart::count).sum();
    }

    private void weights(FileChannel channel, LongConsumer progress) throws IOException {
        List<SafetensorsWriter.Item> items = TensorPart.all(layout).stream()
            .map(part -> new SafetensorsWriter.Item(TensorNames.PREFIX + TensorNames.of(part), TensorNames.shape(part),
                output -> values(part, output)))
            .toList();
        SortedMap<String, String> metadata = new TreeMap<>();
        // transformers refuses a file that doesn't name its framework
        metadata.put("format", "pt");
        SafetensorsWriter.write(channel, metadata, items, progress);
    }

    private void values(TensorPart part, ValueOutput output) throws IOException {
        if (!TensorNames.isTransposed(part)) {
            output.write(params, part.offset(), Math.toIntExact(part.count()), ValueOutput.Width.FP32);
            return;
        }
        int step = Math.max(1, STAGE / part.rows());
        float[] stage = new float[Math.min(step, part.columns()) * part.rows()];
        for (int column = 0; column < part.columns(); column += step) {
            int count = Math.min(step, part.columns() - column);
            part.getTransposed(stage, params, column, count);
            output.write(stage, 0, count * part.rows(), ValueOutput.Width.FP32);
        }
    }

    private static ObjectNode config(ModelShape s, OptionalInt endOfText) {
        ObjectNode config = JSON.createObjectNode().put("model_type", "gpt2");
        config.putArray("architectures").add("GPT2LMHeadModel");
        config.put("vocab_size", s.V()).put("n_positions", s.maxT()).put("n_ctx", s.maxT()).put("n_embd", s.C()).put("n_layer", s.L())
            .put("n_head", s.NH()).putNull("n_inner");
        config.put("activation_function", "gelu_new").put("layer_norm_epsilon", ConfigReader.EPSILON).put("scale_attn_weights", true)
            .put("scale_attn_by_inverse_layer_idx", false).put("tie_word_embeddings", true);
        // what it was trained with: none
        config.put("attn_pdrop", 0.0).put("embd_pdrop", 0.0).put("resid_pdrop", 0.0);
        config.put("initializer_range", 0.02).put("torch_dtype", "float32").put("use_cache", true);
        return specialTokens(config, endOfText, "bos_token_id", "eos_token_id");
    }

    /** Left to itself transformers would take token 50256, whatever the vocabulary. */
    private static ObjectNode specialTokens(ObjectNode node, OptionalInt endOfText, String... names) {
        for (String name : names) {
            if (endOfText.isPresent()) {
                node.put(name, endOfText.getAsInt());
            } else {
                node.putNull(name);
            }
        }
        return node;
    }
}
