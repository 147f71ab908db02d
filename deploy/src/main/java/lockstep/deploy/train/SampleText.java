package lockstep.deploy.train;

import lockstep.common.UserError;
import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;
import lockstep.node.generate.Generator;
import lockstep.node.generate.Sampler;
import lockstep.node.generate.SamplerSettings;
import lockstep.node.generate.TextGenerator;
import lockstep.node.train.TextSampler;

/** Lets the model talk from the start of a document, with the same draws at every step, so that only the weights make a difference. */
record SampleText(Generator generator, Tokenizer tokenizer, int tokens) implements TextSampler {
    /** llm.c's seed for samples. */
    private static final long SEED = 1337;

    @Override
    public String sample(int step) {
        StringBuilder text = new StringBuilder();
        Utf8Stream stream = new Utf8Stream(text::append);
        // a new one each time, which takes nothing over: the weights have changed
        TextGenerator talker = new TextGenerator(generator);
        try {
            talker.generate(new int[] {tokenizer.endOfText()}, tokens,
                new Sampler(SamplerSettings.plain(), SEED, tokenizer.vocabularySize()), (token, _) -> {
                    tokenizer.decode(token, stream);
                    return true;
                });
        } catch (UserError e) {
            // what a sample finds ends no run: the next step says that it diverged
            return "(" + e.getMessage() + ")";
        }
        stream.finish();
        return text.toString();
    }
}
