/**
 * GGUF, the file in which llama.cpp takes a model: sizes, tokenizer and tensors in one. Written, not read.
 *
 * <p>
 * Version 3, little-endian. May import {@code lockstep.common}, {@code lockstep.common.model}, {@code lockstep.common.format} and {@code lockstep.common.text}.
 */
package lockstep.common.gguf;
