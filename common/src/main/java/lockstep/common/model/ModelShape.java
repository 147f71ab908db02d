package lockstep.common.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import lockstep.common.UserError;

/**
 * The numbers that fix a GPT-2's parameters.
 *
 * @param maxT longest context in tokens
 * @param V vocabulary size
 * @param Vp vocabulary padded to a multiple of {@value #VOCABULARY_MULTIPLE}; padding rows of wte are zero and never predicted
 * @param L layers
 * @param NH attention heads, a divisor of C
 * @param C channels
 */
public record ModelShape(int maxT, int V, int Vp, int L, int NH, int C) {
    /** llm.c pads the vocabulary to a multiple of this. */
    public static final int VOCABULARY_MULTIPLE = 128;

    private static final int GPT2_MAX_T = 1024;
    private static final int GPT3_MAX_T = 2048;

    /** Depth to {C, NH}, as llm.c's {@code gpt2_set_hyperparameters}. */
    private static final Map<Integer, int[]> GPT2 = new TreeMap<>(Map.of(
        6, new int[] {384, 6},
        12, new int[] {768, 12},
        24, new int[] {1024, 16},
        36, new int[] {1280, 20},
        48, new int[] {1600, 25},
        60, new int[] {1920, 30}));

    /** Channels to {L, head size}, as llm.c's {@code gpt3_set_hyperparameters}. */
    private static final Map<Integer, int[]> GPT3 = new TreeMap<>(Map.of(
        384, new int[] {6, 64},
        768, new int[] {12, 64},
        1024, new int[] {24, 64},
        1536, new int[] {24, 96},
        2048, new int[] {24, 128},
        2560, new int[] {32, 80},
        4096, new int[] {32, 128},
        12288, new int[] {96, 128}));

    public ModelShape {
        requirePositive("maxT", maxT);
        requirePositive("vocabulary V", V);
        requirePositive("padded vocabulary Vp", Vp);
        requirePositive("layers L", L);
        requirePositive("heads NH", NH);
        requirePositive("channels C", C);
        if (Vp < V || Vp % VOCABULARY_MULTIPLE != 0) {
            throw new UserError(
                "padded vocabulary must be a multiple of " + VOCABULARY_MULTIPLE + " and at least V: Vp=" + Vp + ", V=" + V);
        }
        if (C % NH != 0) {
            throw new UserError("heads must divide channels: NH=" + NH + ", C=" + C);
        }
    }

    /** A shape whose vocabulary is padded as llm.c pads it. */
    public static ModelShape of(int maxT, int V, int L, int NH, int C) {
        long padded = ((long) V + VOCABULARY_MULTIPLE - 1) / VOCABULARY_MULTIPLE * VOCABULARY_MULTIPLE;
        if (padded > Integer.MAX_VALUE) {
            throw new UserError("vocabulary is too large: V=" + V);
        }
        return new ModelShape(maxT, V, (int) padded, L, NH, C);
    }

    /**
     * @param name {@code d12} for GPT-2 of that depth, {@code gpt3:c768} for the GPT-3 family by channels
     * @param V vocabulary size
     * @throws UserError when the name is none of those, with the ones that are
     */
    public static ModelShape named(String name, int V) {
        if (name.matches("d\\d{1,4}")) {
            int[] size = GPT2.get(Integer.parseInt(name.substring(1)));
            if (size != null) {
                return of(GPT2_MAX_T, V, Integer.parseInt(name.substring(1)), size[1], size[0]);
            }
        }
        if (name.matches("gpt3:c\\d{1,6}")) {
            int channels = Integer.parseInt(name.substring("gpt3:c".length()));
            int[] size = GPT3.get(channels);
            if (size != null) {
                return of(GPT3_MAX_T, V, size[0], channels / size[1], channels);
            }
        }
        throw new UserError("unknown model name: " + name + ", expected one of " + names());
    }

    /** All names that {@link #named} knows. */
    public static List<String> names() {
        List<String> names = new java.util.ArrayList<>();
        GPT2.keySet().forEach(depth -> names.add("d" + depth));
        GPT3.keySet().forEach(channels -> names.add("gpt3:c" + channels));
        return List.copyOf(names);
    }

    /** Head size hs. */
    public int headSize() {
        return C / NH;
    }

    /** Number of parameters, padding included. */
    public long parameterCount() {
        long count = 0;
        for (Tensor tensor : Tensor.values()) {
            count = Math.addExact(count, tensor.size(this));
        }
        return count;
    }

    /**
     * Names the parameter of an index in file order: its tensor, the layer where it has one, and its number there.
     *
     * @param index at least 0 and below {@link #parameterCount}
     */
    public String place(long index) {
        long rest = index;
        for (Tensor tensor : Tensor.values()) {
            if (rest < tensor.size(this)) {
                long perLayer = tensor.sizePerLayer(this);
                return tensor.label() + (tensor.perLayer() ? ": layer " + rest / perLayer : "") + ": value " + rest % perLayer;
            }
            rest -= tensor.size(this);
        }
        throw new IllegalArgumentException("index must be below " + parameterCount() + ": " + index);
    }

    /**
     * Floating-point operations of a training step, per token: 6N + 6·L·C·T, llm.c's count (N padded parameters).
     *
     * @param T tokens in a sequence
     */
    public double trainingFlopsPerToken(int T) {
        return 6.0 * parameterCount() + 6.0 * L * C * T;
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new UserError(name + " must be > 0, found " + value);
        }
    }
}
