package lockstep.common.config;

/** Which tensors weight decay pulls on. */
public enum Decay {
    /** Embeddings and the weights of linear layers, as PyTorch recipes and llm.c's later program do. */
    MATRICES,
    /** Every tensor, as llm.c's early program does. */
    ALL
}
