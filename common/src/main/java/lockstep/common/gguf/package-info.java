/**
 * GGUF, the file in which llama.cpp takes a model: sizes, tokenizer and tensors in one. Written and described; no weights are read from it.
 *
 * <p>
 * Version 3, little-endian; described are versions 2 and 3. May import {@code lockstep.common}, {@code lockstep.common.model}, {@code lockstep.common.format} and {@code lockstep.common.text}.
 */
package lockstep.common.gguf;
