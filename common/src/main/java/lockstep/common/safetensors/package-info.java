/**
 * Hugging Face's safetensors files: a header of JSON, then the values of tensors that fill the rest of the file without a gap.
 *
 * <p>
 * A header is checked whole before a value is read, and no size in it is believed before the file's own size bears it out. What is wrong is a
 * {@link lockstep.common.UserError} that names the file, the tensor, what was found and what was expected. May import {@code lockstep.common},
 * {@code lockstep.common.format} and Jackson.
 */
package lockstep.common.safetensors;
