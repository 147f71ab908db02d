package lockstep.common.model;

import lockstep.common.UserError;

/**
 * Where each tensor stands in the one {@code float[]} that holds all parameters (or gradients, or moments), in file order.
 */
public final class ParameterLayout {
    private final ModelShape shape;
    private final int[] offsets;
    private final int count;

    /** @throws UserError when the parameters do not fit one Java array (2³¹ − 1 values) */
    public ParameterLayout(ModelShape shape) {
        this.shape = shape;
        long total = shape.parameterCount();
        if (total > Integer.MAX_VALUE - 8) {
            throw new UserError("model has " + total + " parameters, more than the " + (Integer.MAX_VALUE - 8)
                + " that one Java array holds; the largest GPT-2 is d48");
        }
        this.count = (int) total;
        Tensor[] tensors = Tensor.values();
        this.offsets = new int[tensors.length];
        long at = 0;
        for (Tensor tensor : tensors) {
            offsets[tensor.ordinal()] = (int) at;
            at += tensor.size(shape);
        }
    }

    public ModelShape shape() {
        return shape;
    }

    /** Number of parameters, padding included. */
    public int count() {
        return count;
    }

    /** Offset of the tensor's first value. */
    public int offset(Tensor tensor) {
        return offsets[tensor.ordinal()];
    }

    /** Offset of layer l's part of a per-layer tensor. */
    public int offset(Tensor tensor, int l) {
        return (int) (offsets[tensor.ordinal()] + l * tensor.sizePerLayer(shape));
    }

    /** Elements in the whole tensor. */
    public int size(Tensor tensor) {
        return (int) tensor.size(shape);
    }
}
