/**
 * Text to tokens and back: the tokenizers, and the preparation of a corpus as llm.c token shards in bounded memory.
 *
 * <p>
 * Everything here is deterministic: documents come in name order, the split into training and validation depends on positions and sizes alone, so the same text
 * gives the same shards byte for byte. A document is preceded by the tokenizer's end-of-text token, as llm.c's data scripts do it. May import
 * {@code lockstep.common}, {@code lockstep.common.archive}, {@code lockstep.common.compress}, {@code lockstep.common.filekind}, {@code lockstep.common.format}, {@code lockstep.common.random},
 * {@code lockstep.common.stream}, Jackson and JTokkit.
 */
package lockstep.common.text;
