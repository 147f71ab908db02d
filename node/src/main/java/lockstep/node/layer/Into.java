package lockstep.node.layer;

/** What a layer does with the gradient of its weights. */
public enum Into {
    /** Whatever was there is overwritten, unread: the same bits as adding to zeros, without a pass to zero them. */
    OVERWRITE,
    /** Sums go on from what is there. */
    ADD
}
