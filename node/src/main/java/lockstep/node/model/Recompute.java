package lockstep.node.model;

/** What of a block's forward pass is not kept for the backward pass but computed again: less memory for more time, the same bits. */
public enum Recompute {
    /** Everything is kept: 16·C floats a token and layer. */
    NONE,
    /** The outputs of GELU and of both LayerNorms are computed again: 10·C floats are kept, for a few percent more time. */
    GELU,
    /** All but the block's output is computed again: C floats are kept, for almost another forward pass. */
    BLOCK
}
