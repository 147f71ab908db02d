package lockstep.node.train;

/** Lets the model talk. */
@FunctionalInterface
public interface TextSampler {
    /** @param step steps done so far */
    String sample(int step);
}
