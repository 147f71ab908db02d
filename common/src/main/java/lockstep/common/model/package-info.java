/**
 * The shape of a model and the place of every parameter in it, as llm.c's files have them.
 *
 * <p>
 * Names: {@code maxT} longest context, {@code V} vocabulary, {@code Vp} vocabulary padded to a multiple of 128, {@code L} layers, {@code NH} heads,
 * {@code C} channels, {@code hs} = C / NH head size. May import {@code lockstep.common} alone.
 */
package lockstep.common.model;
