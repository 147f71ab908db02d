package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

import lockstep.common.UserError;

/** Files beside the weights that change what a model computes: transformers applies an adapter that lies there, unasked. */
final class FilesBeside {
    static final String ADAPTER_CONFIG = "adapter_config.json";
    private static final String ADAPTER = "an adapter, which transformers applies to the weights and Lockstep doesn't: merge it (peft's "
        + "merge_and_unload(), then save_pretrained into another directory), or move it away to use the weights without it";
    private static final String QUANTIZED =
        "a quantized model: save the model again in float32 or bfloat16, or move the file away if the weights are whole";
    private static final SortedMap<String, String> REFUSED = ConfigKeys.pairs(ADAPTER_CONFIG, ADAPTER, "adapter_model.safetensors", ADAPTER,
        "adapter_model.bin", ADAPTER, "quantize_config.json", QUANTIZED, "quant_config.json", QUANTIZED, "hf_quant_config.json",
        QUANTIZED);

    private FilesBeside() {}

    /** @throws UserError when the directory holds one */
    static void requireNone(Path directory) {
        REFUSED.forEach((name, what) -> {
            if (Files.exists(directory.resolve(name))) {
                throw new UserError(directory.resolve(name) + ": belongs to " + what);
            }
        });
    }
}
