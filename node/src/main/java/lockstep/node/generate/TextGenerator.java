package lockstep.node.generate;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Continues a prompt token by token. When the context is full, it goes on with the newer half of it. */
public final class TextGenerator {
    private final Generator generator;
    private final Sampler sampler;

    public TextGenerator(Generator generator, Sampler sampler) {
        this.generator = generator;
        this.sampler = sampler;
    }

    /**
     * @param prompt at least one token; of a prompt longer than the context the last tokens count
     * @param count how many tokens to add
     * @param sink takes each new token as soon as it is drawn and says whether it wants more
     * @return how many tokens were drawn
     */
    public int generate(int[] prompt, int count, IntPredicate sink) {
        int context = generator.context();
        int[] history = Arrays.copyOf(prompt, Math.addExact(prompt.length, count));
        int end = prompt.length;
        generator.reset();
        float[] logits = generator.feed(Arrays.copyOfRange(prompt, Math.max(0, end - context), end));
        while (end < history.length) {
            int token = sampler.next(logits);
            history[end++] = token;
            if (!sink.test(token) || end == history.length) {
                break;
            }
            logits = generator.length() < context ? generator.feed(token) : slide(history, end);
        }
        return end - prompt.length;
    }

    private float[] slide(int[] history, int end) {
        int kept = Math.max(1, generator.context() / 2);
        generator.reset();
        return generator.feed(Arrays.copyOfRange(history, end - kept, end));
    }
}
