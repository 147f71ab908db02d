package lockstep.coordinator.exchange;

/** A gradient-sized array with the sum of a subtree's groups. The exchange overwrites it. */
public record Partial(Subtree subtree, float[] values) {}
