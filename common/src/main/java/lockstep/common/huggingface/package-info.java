/**
 * GPT-2 models as Hugging Face's transformers keeps them: a directory of config.json, model.safetensors and the tokenizer's files.
 *
 * <p>
 * A model is refused unless it computes what ours computes: what config.json says against that is named. May import {@code lockstep.common},
 * {@code lockstep.common.model}, {@code lockstep.common.format}, {@code lockstep.common.text}, {@code lockstep.common.safetensors} and Jackson.
 */
package lockstep.common.huggingface;
