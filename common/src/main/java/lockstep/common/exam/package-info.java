/**
 * Tests for language models as their publishers have them, made into tokens: HellaSwag, MMLU, WikiText.
 *
 * <p>
 * What is wrong with a file is a {@link lockstep.common.UserError} that names file, line, field, what was found and what was expected. May import {@code lockstep.common}, {@code lockstep.common.format}, {@code lockstep.common.text} and
 * Jackson.
 */
package lockstep.common.exam;
