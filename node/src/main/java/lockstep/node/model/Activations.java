package lockstep.node.model;

import lockstep.common.model.ModelShape;

/**
 * What the forward pass leaves for the backward pass, one array per layer and kind, so that no index outgrows an int however deep the model.
 */
final class Activations {
    /** What one block keeps. */
    static final class Block {
        final float[] ln1; // (B,T,C)
        final float[] ln1Mean; // (B,T)
        final float[] ln1Rstd; // (B,T)
        final float[] qkv; // (B,T,3C)
        final float[] attention; // (B,T,C) heads side by side
        final float[] attentionMax; // (B,NH,T)
        final float[] attentionInverseSum; // (B,NH,T)
        final float[] middle; // (B,T,C) residual stream after attention
        final float[] ln2; // (B,T,C)
        final float[] ln2Mean; // (B,T)
        final float[] ln2Rstd; // (B,T)
        final float[] fc; // (B,T,4C)
        final float[] gelu; // (B,T,4C)
        final float[] out; // (B,T,C) residual stream after the MLP

        Block(ModelShape shape, int rows) {
            int C = shape.C();
            ln1 = floats(rows, C);
            ln1Mean = new float[rows];
            ln1Rstd = new float[rows];
            qkv = floats(rows, 3 * C);
            attention = floats(rows, C);
            attentionMax = floats(rows, shape.NH());
            attentionInverseSum = floats(rows, shape.NH());
            middle = floats(rows, C);
            ln2 = floats(rows, C);
            ln2Mean = new float[rows];
            ln2Rstd = new float[rows];
            fc = floats(rows, 4 * C);
            gelu = floats(rows, 4 * C);
            out = floats(rows, C);
        }

        /** Floats that one token takes in a block. */
        static long floatsPerToken(ModelShape shape) {
            return 16L * shape.C() + 4 + 2L * shape.NH();
        }
    }

    final float[] embedded; // (B,T,C)
    final Block[] blocks; // (L)
    final float[] lnf; // (B,T,C)
    final float[] lnfMean; // (B,T)
    final float[] lnfRstd; // (B,T)
    final float[] projected; // (B,T,C) scratch: what a projection adds to the residual stream

    Activations(ModelShape shape, int rows) {
        int C = shape.C();
        embedded = floats(rows, C);
        blocks = new Block[shape.L()];
        for (int l = 0; l < blocks.length; l++) {
            blocks[l] = new Block(shape, rows);
        }
        lnf = floats(rows, C);
        lnfMean = new float[rows];
        lnfRstd = new float[rows];
        projected = floats(rows, C);
    }

    /** The residual stream that enters block l. */
    float[] input(int l) {
        return l == 0 ? embedded : blocks[l - 1].out;
    }

    static long floats(ModelShape shape, long rows) {
        return rows * (shape.L() * Block.floatsPerToken(shape) + 3L * shape.C() + 2);
    }

    static float[] floats(int rows, int columns) {
        return new float[Math.multiplyExact(rows, columns)];
    }
}
