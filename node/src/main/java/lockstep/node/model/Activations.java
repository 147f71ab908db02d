package lockstep.node.model;

import lockstep.common.model.ModelShape;

/**
 * What the forward pass leaves for the backward pass, one array per layer and kind, so that no index outgrows an int however deep the model. What is recomputed
 * has one array for all layers.
 */
final class Activations {
    /** What one block works with. */
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

        /** @param first the block whose arrays for recomputed values this one uses too, null for the first */
        Block(ModelShape shape, int rows, Recompute recompute, Block first) {
            int C = shape.C();
            boolean own = first == null;
            boolean keepsBlock = own || recompute != Recompute.BLOCK;
            boolean keepsAll = own || recompute == Recompute.NONE;
            ln1 = keepsAll ? floats(rows, C) : first.ln1;
            ln1Mean = keepsBlock ? new float[rows] : first.ln1Mean;
            ln1Rstd = keepsBlock ? new float[rows] : first.ln1Rstd;
            qkv = keepsBlock ? floats(rows, 3 * C) : first.qkv;
            attention = keepsBlock ? floats(rows, C) : first.attention;
            attentionMax = keepsBlock ? floats(rows, shape.NH()) : first.attentionMax;
            attentionInverseSum = keepsBlock ? floats(rows, shape.NH()) : first.attentionInverseSum;
            middle = keepsBlock ? floats(rows, C) : first.middle;
            ln2 = keepsAll ? floats(rows, C) : first.ln2;
            ln2Mean = keepsBlock ? new float[rows] : first.ln2Mean;
            ln2Rstd = keepsBlock ? new float[rows] : first.ln2Rstd;
            fc = keepsBlock ? floats(rows, 4 * C) : first.fc;
            gelu = keepsAll ? floats(rows, 4 * C) : first.gelu;
            out = floats(rows, C);
        }

        /** Floats that one token takes in all blocks. */
        static long floatsPerToken(ModelShape shape, Recompute recompute) {
            long whole = 16L * shape.C() + 4 + 2L * shape.NH();
            long kept = switch (recompute) {
                case NONE -> whole;
                case GELU -> whole - 6L * shape.C();
                case BLOCK -> shape.C();
            };
            return whole + (shape.L() - 1) * kept;
        }
    }

    final float[] embedded; // (B,T,C)
    final Block[] blocks; // (L)
    final float[] lnf; // (B,T,C)
    final float[] lnfMean; // (B,T)
    final float[] lnfRstd; // (B,T)

    Activations(ModelShape shape, int rows, Recompute recompute) {
        int C = shape.C();
        embedded = floats(rows, C);
        blocks = new Block[shape.L()];
        for (int l = 0; l < blocks.length; l++) {
            blocks[l] = new Block(shape, rows, recompute, blocks[0]);
        }
        lnf = floats(rows, C);
        lnfMean = new float[rows];
        lnfRstd = new float[rows];
    }

    /** The residual stream that enters block l. */
    float[] input(int l) {
        return l == 0 ? embedded : blocks[l - 1].out;
    }

    static long floats(ModelShape shape, long rows, Recompute recompute) {
        return rows * (Block.floatsPerToken(shape, recompute) + 2L * shape.C() + 2);
    }

    static float[] floats(int rows, int columns) {
        return new float[Math.multiplyExact(rows, columns)];
    }
}
