package lockstep.node.generate;

import java.util.Arrays;

/**
 * Continues prompts token by token. When the context is full, it goes on with the newer half of it. What a prompt shares with the text before it, from the first token on, is not read again: keys and values of a token depend on those
 * before it alone, so the bits are the same.
 *
 * <p>
 * Threads: one caller at a time. The weights must stay what they are as long as one of these lives.
 */
public final class TextGenerator {
    private final Generator generator;
    private final int[] known; // (context) tokens whose keys and values the generator holds
    private int knownCount;
    private float[] logits; // (V) after the last of them, the generator's own

    public TextGenerator(Generator generator) {
        this.generator = generator;
        this.known = new int[generator.context()];
        generator.keep(0);
    }

    /** Tokens that it can look back on. */
    public int context() {
        return known.length;
    }

    /** How many tokens the model has. */
    public int vocabulary() {
        return generator.vocabulary();
    }

    /**
     * @param prompt at least one token; of a prompt longer than the context the last tokens count
     * @param count how many tokens to add, at least 0
     * @return how many tokens were drawn
     */
    public int generate(int[] prompt, int count, Sampler sampler, TextListener listener) {
        int[] history = Arrays.copyOf(prompt, Math.addExact(prompt.length, count));
        int end = prompt.length;
        if (!read(prompt, Math.max(0, end - context()), listener)) {
            return 0;
        }
        while (end < history.length) {
            int token = sampler.next(logits);
            history[end++] = token;
            if (!listener.drawn(token, logits) || end == history.length) {
                break;
            }
            if (knownCount == context()) {
                slide(history, end);
            } else {
                feed(history, end - 1, end);
            }
        }
        return end - prompt.length;
    }

    /** @return false where the listener wanted no more */
    private boolean read(int[] prompt, int from, TextListener listener) {
        boolean heard = listener.wantsPrompt();
        forgetAllBut(heard ? 0 : shared(prompt, from));
        for (int at = from + knownCount; at < prompt.length; at += Generator.ROWS) {
            if (!listener.goesOn()) {
                return false;
            }
            int[] part = Arrays.copyOfRange(prompt, at, Math.min(prompt.length, at + Generator.ROWS));
            int first = at;
            logits = heard ? generator.feed(part, (i, after) -> listener.promptRead(first + i, after)) : generator.feed(part);
            remember(part);
        }
        return true;
    }

    /** Leading tokens of the prompt that are known; never the last one, whose logits are needed. */
    private int shared(int[] prompt, int from) {
        int most = Math.min(knownCount, prompt.length - from - 1);
        int n = 0;
        while (n < most && known[n] == prompt[from + n]) {
            n++;
        }
        return n;
    }

    private void slide(int[] history, int end) {
        forgetAllBut(0);
        feed(history, end - Math.max(1, context() / 2), end);
    }

    private void forgetAllBut(int n) {
        generator.keep(n);
        knownCount = n;
    }

    private void feed(int[] tokens, int from, int end) {
        int[] part = Arrays.copyOfRange(tokens, from, end);
        logits = generator.feed(part);
        remember(part);
    }

    private void remember(int[] part) {
        System.arraycopy(part, 0, known, knownCount, part.length);
        knownCount += part.length;
    }
}
