package lockstep.deploy.command;

import picocli.CommandLine.Option;

import lockstep.node.generate.SamplerSettings;

/** How tokens are drawn. */
final class SamplingOptions {
    @Option(names = "--temperature", paramLabel = "X", defaultValue = "1.0",
        description = "Divides the logits: below 1 more likely text, 0 always the most likely token. Default: ${DEFAULT-VALUE}.")
    private float temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "0",
        description = "Only the K most likely tokens; 0 = all. Default: ${DEFAULT-VALUE}.")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "1.0",
        description = "Only the most likely tokens that together reach probability P. Default: ${DEFAULT-VALUE}.")
    private float topP;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1337", description = "Of the sampler. Default: ${DEFAULT-VALUE}, llm.c's.")
    private long seed;

    SamplerSettings settings() {
        return new SamplerSettings(temperature, topK, topP);
    }

    long seed() {
        return seed;
    }
}
