package lockstep.node.train;

/** What the loop calls on beside training, where its {@link Cadence} says so. None of it changes the state. */
public record Beside(Validation validation, TextSampler sampler, CheckpointSink checkpoints, Examination examination) {
    /** One that asks nothing. */
    public Beside(Validation validation, TextSampler sampler, CheckpointSink checkpoints) {
        this(validation, sampler, checkpoints, Examination.none());
    }
}
