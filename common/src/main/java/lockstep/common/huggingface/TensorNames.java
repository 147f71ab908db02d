package lockstep.common.huggingface;

import java.util.List;
import java.util.regex.Pattern;

import lockstep.common.model.Tensor;
import lockstep.common.model.TensorPart;

/** What transformers calls the tensors of a GPT-2. */
final class TensorNames {
    /** The language model's; OpenAI's older files and GPT2Model's have the bare names. */
    static final String PREFIX = "transformer.";
    static final String WTE = "wte.weight";
    /** The head, where a file holds it beside the embedding that it is. */
    static final String HEAD = "lm_head.weight";

    /**
     * What torch.compile, DistributedDataParallel, FullyShardedDataParallel and activation checkpointing put before the names of what
     * they wrap.
     */
    private static final Pattern WRAPPER =
        Pattern.compile("(?<=^|\\.)(_orig_mod|module|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.");
    /** A module of somebody's own holds the model in a field of any name, as Lightning's modules, trl's and peft's do. */
    private static final Pattern FIELD =
        Pattern.compile("^(\\w+\\.)+?(?=(transformer\\.)?(wte|wpe|h\\.\\d+|ln_f)\\.|lm_head\\.weight$)");

    private static final Pattern OTHER_HEADS =
        Pattern.compile("(multiple_choice_head|v_head|value_head|reward_head|score|classifier|qa_outputs)\\.");
    private static final Pattern MASK = Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");

    private TensorNames() {}

    /** Without the prefix. */
    static String of(TensorPart part) {
        String name = switch (part.tensor()) {
            case WTE -> WTE;
            case WPE -> "wpe.weight";
            case LN1W -> "ln_1.weight";
            case LN1B -> "ln_1.bias";
            case QKVW -> "attn.c_attn.weight";
            case QKVB -> "attn.c_attn.bias";
            case ATTPROJW -> "attn.c_proj.weight";
            case ATTPROJB -> "attn.c_proj.bias";
            case LN2W -> "ln_2.weight";
            case LN2B -> "ln_2.bias";
            case FCW -> "mlp.c_fc.weight";
            case FCB -> "mlp.c_fc.bias";
            case FCPROJW -> "mlp.c_proj.weight";
            case FCPROJB -> "mlp.c_proj.bias";
            case LNFW -> "ln_f.weight";
            case LNFB -> "ln_f.bias";
        };
        return part.tensor().perLayer() ? "h." + part.l() + "." + name : name;
    }

    /** The name without what wrappers put around a model's and a layer's names, and without the prefix, where it has it. */
    static String bare(String name) {
        String unwrapped = FIELD.matcher(WRAPPER.matcher(name).replaceAll("")).replaceFirst("");
        return unwrapped.startsWith(PREFIX) ? unwrapped.substring(PREFIX.length()) : unwrapped;
    }

    /**
     * Whether it belongs to a head beside the language model's, which computes the same logits without it: the one of GPT2DoubleHeadsModel that chooses among answers, trl's that judges a text for PPO, those that
     * classify a text or its tokens or find an answer in it.
     */
    static boolean isOfAnotherTask(String bareName) {
        return OTHER_HEADS.matcher(bareName).lookingAt();
    }

    /** Whether it is a causal mask, which older files carry along and which follows from the context's length. */
    static boolean isMask(String bareName) {
        return MASK.matcher(bareName).matches();
    }

    /** Whether the file holds the transpose of ours: Conv1D's weights are (in,out). */
    static boolean isTransposed(TensorPart part) {
        return part.tensor().matrix() && part.tensor() != Tensor.WTE && part.tensor() != Tensor.WPE;
    }

    static List<Long> shape(TensorPart part) {
        if (!part.tensor().matrix()) {
            return List.of((long) part.columns());
        }
        return isTransposed(part) ? List.of((long) part.columns(), (long) part.rows()) : List.of((long) part.rows(), (long) part.columns());
    }
}
