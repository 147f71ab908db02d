package lockstep.common.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a model that reports tell apart, in the order of a forward pass: {@code wte}, {@code wpe}, the blocks {@code h0}, {@code h1} …, and {@code lnf}.
 */
public final class Layers {
    private static final int BEFORE_THE_BLOCKS = 2;

    private final int blocks;
    private final List<String> names;

    public Layers(ModelShape shape) {
        this.blocks = shape.L();
        List<String> all = new ArrayList<>(List.of(Tensor.WTE.label(), Tensor.WPE.label()));
        for (int l = 0; l < blocks; l++) {
            all.add("h" + l);
        }
        all.add("lnf");
        this.names = List.copyOf(all);
    }

    /** L + 3 names. */
    public List<String> names() {
        return names;
    }

    /**
     * Index of the layer that a part of a tensor belongs to.
     *
     * @param l block of that part, 0 where the tensor isn't per layer
     */
    public int of(Tensor tensor, int l) {
        return switch (tensor) {
            case WTE -> 0;
            case WPE -> 1;
            case LNFW, LNFB -> BEFORE_THE_BLOCKS + blocks;
            default -> BEFORE_THE_BLOCKS + l;
        };
    }
}
