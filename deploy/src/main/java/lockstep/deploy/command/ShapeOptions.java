package lockstep.deploy.command;

import picocli.CommandLine.Option;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;

/** The model and the batch that a benchmark computes. */
final class ShapeOptions {
    private static final int GPT2_VOCABULARY = 50257;

    @Option(names = "--model", paramLabel = "NAME", defaultValue = "d12",
        description = "dN of GPT-2 or gpt3:cN (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "4", description = "Sequences of the batch (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--seq-len", paramLabel = "T", defaultValue = "64", description = "Tokens of a sequence (default: ${DEFAULT-VALUE}).")
    private int sequenceLength;

    String model() {
        return model;
    }

    int batch() {
        return batch;
    }

    int sequenceLength() {
        return sequenceLength;
    }

    /** @throws UserError when there is no such model, or its context is shorter than the sequences */
    ModelShape shape() {
        ModelShape shape = ModelShape.named(model, GPT2_VOCABULARY);
        if (sequenceLength > shape.maxT()) {
            throw new UserError("--seq-len must be at most " + shape.maxT() + ", the context of " + model + ", found " + sequenceLength);
        }
        return shape;
    }

    /** One micro-batch of that size. */
    BatchPlan plan() {
        return new BatchPlan(batch, sequenceLength, 1, 1);
    }
}
