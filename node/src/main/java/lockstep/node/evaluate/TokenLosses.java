package lockstep.node.evaluate;

/** A model as far as an evaluation needs it: {@code Gpt2::tokenLosses}. */
@FunctionalInterface
public interface TokenLosses {
    /**
     * The loss of each token by itself. What it says of a row depends on no other row, and of a token on no later one.
     *
     * @param out (B,T) nats, overwritten
     * @param tokens (B,T)
     * @param targets (B,T)
     */
    void of(double[] out, int[] tokens, int[] targets);
}
