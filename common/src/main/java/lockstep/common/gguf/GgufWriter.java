package lockstep.common.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.ValueOutput;
import lockstep.common.format.ValueOutput.Width;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.common.model.TensorPart;
import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.Tokenizer;

/**
 * Writes a model as llama.cpp loads its architecture {@code gpt2}: without the padding of the vocabulary and without a head, which llama.cpp takes from the token embedding.
 *
 * <p>
 * In fp16 only the linear layers and the token embedding are halved. Vectors and the position embedding stay fp32, as llama.cpp wants them.
 */
public final class GgufWriter {
    private static final int GGML_F32 = 0;
    private static final int GGML_F16 = 1;
    private static final int ALL_F32 = 0;
    private static final int MOSTLY_F16 = 1;
    private static final int NORMAL_TOKEN = 1;
    private static final int CONTROL_TOKEN = 3;
    private static final int UNUSED_TOKEN = 5;
    private static final float EPSILON = 1e-5f;

    private final ParameterLayout layout;
    private final float[] params;
    private final Width width;
    private final GgufHeader header = new GgufHeader();

    /**
     * @param params all parameters in llm.c's order
     * @param width fp32 or fp16
     */
    public GgufWriter(ModelShape shape, float[] params, Width width) {
        this.layout = new ParameterLayout(shape);
        if (params.length != layout.count()) {
            throw new IllegalArgumentException("params must hold " + layout.count() + " values: " + params.length);
        }
        if (width == Width.BF16) {
            throw new IllegalArgumentException("width must be FP32 or FP16: " + width);
        }
        this.params = params;
        this.width = width;
        sizes(shape);
    }

    /** Says how text becomes tokens. */
    public GgufWriter with(Tokenizer tokenizer) {
        BpeVocabulary bpe = BpeVocabulary.of(tokenizer);
        List<String> tokens = new ArrayList<>(bpe.tokens());
        int[] types = new int[Math.max(layout.shape().V(), tokens.size())];
        Arrays.fill(types, NORMAL_TOKEN);
        types[bpe.endOfText()] = CONTROL_TOKEN;
        // what pads the vocabulary, as llama.cpp's own converter names it
        for (int id = tokens.size(); id < types.length; id++) {
            tokens.add("[PAD" + id + "]");
            types[id] = UNUSED_TOKEN;
        }
        header.text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "gpt-2").texts("tokenizer.ggml.tokens", tokens)
            .numbers("tokenizer.ggml.token_type", types).texts("tokenizer.ggml.merges", bpe.merges())
            .number("tokenizer.ggml.bos_token_id", bpe.endOfText()).number("tokenizer.ggml.eos_token_id", bpe.endOfText())
            .flag("tokenizer.ggml.add_bos_token", false);
        return this;
    }

    /** Says that the model takes token ids alone. */
    public GgufWriter withoutTokenizer() {
        header.text("tokenizer.ggml.model", "none");
        return this;
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @param progress told of the file's bytes so far
     * @throws UserError when the file exists or can't be written, or a weight is too large for fp16
     */
    public void write(Path file, LongConsumer progress) {
        List<TensorPart> parts = TensorPart.all(layout);
        long offset = 0;
        for (TensorPart part : parts) {
            requireFits(part);
            header.tensor(name(part), sizes(part), width(part) == Width.FP16 ? GGML_F16 : GGML_F32, offset);
            offset += bytes(part) + GgufHeader.padding(bytes(part));
        }
        DurableFile.create(file, channel -> write(channel, parts, progress));
    }

    /** Bytes of the weights' values, to measure progress by. */
    public long weightBytes() {
        return TensorPart.all(layout).stream().mapToLong(this::bytes).sum();
    }

    private void write(FileChannel channel, List<TensorPart> parts, LongConsumer progress) throws IOException {
        ValueOutput output = new ValueOutput(channel, progress);
        output.write(header.bytes());
        for (TensorPart part : parts) {
            output.write(params, part.offset(), Math.toIntExact(part.count()), width(part));
            output.write(new byte[GgufHeader.padding(bytes(part))]);
        }
    }

    private void sizes(ModelShape s) {
        header.text("general.architecture", "gpt2").text("general.type", "model")
            .number("general.file_type", width == Width.FP16 ? MOSTLY_F16 : ALL_F32)
            .number("gpt2.vocab_size", s.V()).number("gpt2.context_length", s.maxT()).number("gpt2.embedding_length", s.C())
            .number("gpt2.block_count", s.L()).number("gpt2.feed_forward_length", 4 * s.C()).number("gpt2.attention.head_count", s.NH())
            .real("gpt2.attention.layer_norm_epsilon", EPSILON);
    }

    /** The fastest first: a linear layer's inputs, then its outputs. */
    private static long[] sizes(TensorPart part) {
        return part.tensor().matrix() ? new long[] {part.columns(), part.rows()} : new long[] {part.columns()};
    }

    private long bytes(TensorPart part) {
        return part.count() * width(part).bytes();
    }

    private Width width(TensorPart part) {
        return part.tensor().matrix() && part.tensor() != Tensor.WPE ? width : Width.FP32;
    }

    private void requireFits(TensorPart part) {
        if (width(part) == Width.FP32) {
            return;
        }
        for (int i = part.offset(); i < part.offset() + part.count(); i++) {
            if (Float.isFinite(params[i]) && Float.isInfinite(Float.float16ToFloat(Float.floatToFloat16(params[i])))) {
                throw new UserError(
                    name(part) + ": found the weight " + params[i] + ", expected at most 65504, the largest of fp16; take fp32");
            }
        }
    }

    private static String name(TensorPart part) {
        String name = switch (part.tensor()) {
            case WTE -> "token_embd.weight";
            case WPE -> "position_embd.weight";
            case LN1W -> "attn_norm.weight";
            case LN1B -> "attn_norm.bias";
            case QKVW -> "attn_qkv.weight";
            case QKVB -> "attn_qkv.bias";
            case ATTPROJW -> "attn_output.weight";
            case ATTPROJB -> "attn_output.bias";
            case LN2W -> "ffn_norm.weight";
            case LN2B -> "ffn_norm.bias";
            case FCW -> "ffn_up.weight";
            case FCB -> "ffn_up.bias";
            case FCPROJW -> "ffn_down.weight";
            case FCPROJB -> "ffn_down.bias";
            case LNFW -> "output_norm.weight";
            case LNFB -> "output_norm.bias";
        };
        return part.tensor().perLayer() ? "blk." + part.l() + "." + name : name;
    }
}
