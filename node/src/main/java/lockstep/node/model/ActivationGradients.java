package lockstep.node.model;

import lockstep.common.model.ModelShape;

/** Gradients of activations, shared by all blocks: the backward pass needs one block's at a time. */
final class ActivationGradients {
    final float[] residual; // (B,T,C) gradient of the residual stream, carried from the last layer to the first
    final float[] normed; // (B,T,C) of a LayerNorm's output
    final float[] attention; // (B,T,C)
    final float[] qkv; // (B,T,3C)
    final float[] fc; // (B,T,4C) of the GELU's input

    ActivationGradients(ModelShape shape, int rows) {
        int C = shape.C();
        residual = Activations.floats(rows, C);
        normed = Activations.floats(rows, C);
        attention = Activations.floats(rows, C);
        qkv = Activations.floats(rows, 3 * C);
        fc = Activations.floats(rows, 4 * C);
    }

    static long floats(ModelShape shape, long rows) {
        return rows * 10 * shape.C();
    }
}
