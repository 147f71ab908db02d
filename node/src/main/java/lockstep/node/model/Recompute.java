package lockstep.node.model;

import java.util.Locale;

import lockstep.common.UserError;

/** What of a block's forward pass is not kept for the backward pass but computed again: less memory for more time, the same bits. */
public enum Recompute {
    /** Everything is kept: 16·C floats a token and layer. */
    NONE,
    /** The outputs of GELU and of both LayerNorms are computed again: 10·C floats are kept, for a few percent more time. */
    GELU,
    /** All but the block's output is computed again: C floats are kept, for almost another forward pass. */
    BLOCK;

    /** @throws UserError when it is not one of the names in lower case */
    public static Recompute named(String name) {
        return switch (name) {
            case "none" -> NONE;
            case "gelu" -> GELU;
            case "block" -> BLOCK;
            default -> throw new UserError("--recompute: found " + name + ", expected one of none, gelu, block");
        };
    }

    /** The name that {@link #named} takes. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
