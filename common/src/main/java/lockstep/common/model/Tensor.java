package lockstep.common.model;

/**
 * The 16 parameter tensors in the order of llm.c's model files. A per-layer tensor is stacked over the layers. A new tensor is one line here.
 */
public enum Tensor {
    /** Token embedding and, tied to it, the language-model head. (Vp,C) */
    WTE("wte", false, true),
    /** Position embedding. (maxT,C) */
    WPE("wpe", false, true),
    /** (L,C) */
    LN1W("ln1w", true, false),
    /** (L,C) */
    LN1B("ln1b", true, false),
    /** Rows [Q(C) | K(C) | V(C)], head h at h·hs. (L,3C,C) */
    QKVW("qkvw", true, true),
    /** (L,3C) */
    QKVB("qkvb", true, false),
    /** (L,C,C) */
    ATTPROJW("attprojw", true, true),
    /** (L,C) */
    ATTPROJB("attprojb", true, false),
    /** (L,C) */
    LN2W("ln2w", true, false),
    /** (L,C) */
    LN2B("ln2b", true, false),
    /** (L,4C,C) */
    FCW("fcw", true, true),
    /** (L,4C) */
    FCB("fcb", true, false),
    /** (L,C,4C) */
    FCPROJW("fcprojw", true, true),
    /** (L,C) */
    FCPROJB("fcprojb", true, false),
    /** (C) */
    LNFW("lnfw", false, false),
    /** (C) */
    LNFB("lnfb", false, false);

    private final String label;
    private final boolean perLayer;
    private final boolean matrix;

    Tensor(String label, boolean perLayer, boolean matrix) {
        this.label = label;
        this.perLayer = perLayer;
        this.matrix = matrix;
    }

    /** llm.c's name of the tensor. */
    public String label() {
        return label;
    }

    public boolean perLayer() {
        return perLayer;
    }

    /** Whether it is an embedding or the weight of a linear layer: what {@code --decay matrices} decays. */
    public boolean matrix() {
        return matrix;
    }

    /** Elements in one layer's part, or in the whole tensor where it isn't per layer. */
    public long sizePerLayer(ModelShape s) {
        long C = s.C();
        return switch (this) {
            case WTE -> Math.multiplyExact((long) s.Vp(), C);
            case WPE -> Math.multiplyExact((long) s.maxT(), C);
            case QKVW -> Math.multiplyExact(3 * C, C);
            case ATTPROJW -> Math.multiplyExact(C, C);
            case FCW, FCPROJW -> Math.multiplyExact(4 * C, C);
            case QKVB -> 3 * C;
            case FCB -> 4 * C;
            case LN1W, LN1B, ATTPROJB, LN2W, LN2B, FCPROJB, LNFW, LNFB -> C;
        };
    }

    /** Elements in the whole tensor. */
    public long size(ModelShape s) {
        return perLayer ? Math.multiplyExact(sizePerLayer(s), (long) s.L()) : sizePerLayer(s);
    }
}
