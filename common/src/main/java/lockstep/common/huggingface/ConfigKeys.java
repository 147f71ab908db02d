package lockstep.common.huggingface;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * All keys of config.json that GPT2Config and PretrainedConfig of transformers 4 and 5 know, and those that older versions wrote: which
 * of them say what a model computes, and which don't.
 * A key that stands in neither list may change the computation, as {@code is_causal} does, so a model with one is refused.
 */
final class ConfigKeys {
    /** Other names of the sizes, which transformers takes as well. */
    static final SortedMap<String, String> ALIASES = pairs("n_embd", "hidden_size", "n_layer", "num_hidden_layers", "n_head",
        "num_attention_heads", "n_positions", "max_position_embeddings");
    /** The value that ours computes with, where it is another than none. */
    static final SortedMap<String, String> FLAGS = pairs("scale_attn_weights", "true", "scale_attn_by_inverse_layer_idx", "false",
        "add_cross_attention", "false", "is_causal", "true", "is_encoder_decoder", "false");
    /** Each says that a model is more, or stored otherwise, than its tensors by name: by what follows each, which is for an error. */
    static final SortedMap<String, String> MUST_BE_EMPTY = pairs(
        "quantization_config", "the weights are quantized; save the model again in float32 or bfloat16",
        "compression_config", "the weights are compressed; save the model again in float32 or bfloat16",
        "pruned_heads", "heads are left out of layers, which Lockstep's layers all have",
        "per_layer_config", "layers differ, which are all the same in Lockstep's model",
        "auto_map", "the model computes by a program of its own, which Lockstep doesn't run");
    /** The classes whose language model is the same GPT-2. */
    static final List<String> ARCHITECTURES = List.of("GPT2LMHeadModel", "GPT2Model", "GPT2DoubleHeadsModel", "TFGPT2LMHeadModel",
        "TFGPT2Model", "TFGPT2DoubleHeadsModel", "FlaxGPT2LMHeadModel", "FlaxGPT2Model");

    /** All are GELU by tanh; they differ in rounding alone. */
    static final List<String> GELUS = List.of("gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh", "gelu_accurate");

    private static final List<String> CHECKED =
        List.of("model_type", "architectures", "activation_function", "layer_norm_epsilon", "n_inner",
            "vocab_size", "tie_word_embeddings");
    /**
     * What a name that begins with an underscore says, transformers tells itself. Dropout and heads for other tasks have no part in an
     * answer.
     */
    private static final Pattern HARMLESS_NAMES = Pattern.compile("_.*|summary_.*|.*dropout|.*pdrop|transformers\\..*|unsloth_.*");
    /** Notes of people and programs on a model: where it comes from, and how it was trained. */
    private static final List<String> NOTES =
        List.of("custom_pipelines", "author", "authors", "organization", "creator", "created_by", "created_date", "created_at",
            "creation_date", "date", "timestamp", "license", "license_name", "license_link", "language", "languages", "tags", "description",
            "comment", "comments", "note", "notes",
            "model_name", "model_id", "model_version", "version", "revision", "base_model", "base_model_name", "base_model_name_or_path",
            "parent_model", "pipeline_tag", "library_name", "framework",
            "framework_version", "dataset", "datasets", "dataset_name", "metrics", "citation", "url", "homepage", "repository", "repo_url",
            "task", "domain", "num_parameters", "total_params", "n_params", "model_size",
            "training_args", "training_config", "training_data", "training_info", "training_steps", "train_steps", "epochs",
            "num_train_epochs", "epoch", "global_step", "seed", "learning_rate", "weight_decay", "warmup_steps",
            "batch_size", "train_batch_size", "optimizer", "lr_scheduler_type", "loss", "eval_loss", "val_loss", "best_val_loss",
            "peft_version", "trl_version", "torch_version", "tokenizers_version",
            "eos_token", "bos_token", "pad_token", "unk_token", "tokenizer_name", "tokenizer_type", "padding_side", "chat_template");
    private static final List<String> HARMLESS = List.of(
        // the mask's size in older files; the context is n_positions
        "n_ctx",
        // rounding, speed and what is handed back beside the logits
        "reorder_and_upcast_attn", "attn_implementation", "use_cache", "dtype", "torch_dtype", "use_bfloat16", "torchscript", "output_past",
        "output_attentions", "output_hidden_states", "return_dict", "use_return_dict", "chunk_size_feed_forward", "gradient_checkpointing",
        "tie_last_hidden_states",
        // how training began, and heads for other tasks
        "initializer_range", "id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params",
        "predict_special_tokens", "n_special", "tf_legacy_loss",
        // parts that a decoder by itself doesn't have
        "is_decoder", "cross_attention_hidden_size", "tie_encoder_decoder",
        // where it comes from
        "transformers_version", "name_or_path",
        // the tokenizer, which is read from its own files
        "tokenizer_class", "prefix", "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "cls_token_id",
        "mask_token_id", "decoder_start_token_id", "eos_token_ids", "pad_token_ids",
        // how transformers draws, where nothing else is said; here the command's options do
        "max_length", "max_new_tokens", "min_length", "min_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
        "diversity_penalty", "temperature", "top_k", "top_p", "min_p", "typical_p", "repetition_penalty", "length_penalty",
        "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores",
        "return_dict_in_generate", "forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values",
        "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens");

    private ConfigKeys() {}

    /** @param pairs a key and its value, one after the other */
    static SortedMap<String, String> pairs(String... pairs) {
        SortedMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return Collections.unmodifiableSortedMap(map);
    }

    /** Whether it is known what the key means for the computation. */
    static boolean isKnown(String key) {
        return CHECKED.contains(key) || FLAGS.containsKey(key) || MUST_BE_EMPTY.containsKey(key) || ALIASES.containsKey(key)
            || ALIASES.containsValue(key) || HARMLESS.contains(key) || NOTES.contains(key) || HARMLESS_NAMES.matcher(key).matches();
    }

    /** The keys that are not known, sorted. */
    static Set<String> unknown(Iterable<String> keys) {
        Set<String> unknown = new TreeSet<>();
        keys.forEach(key -> {
            if (!isKnown(key)) {
                unknown.add(key);
            }
        });
        return unknown;
    }
}
