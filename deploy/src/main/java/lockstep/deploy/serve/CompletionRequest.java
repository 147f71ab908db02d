package lockstep.deploy.serve;

import java.util.List;

import lockstep.deploy.complete.CompletionSettings;
import lockstep.deploy.complete.Seeds;

/**
 * A request that makes sense.
 *
 * @param n choices of each prompt
 * @param seed of the first choice of each prompt, but for prompts that stand there again
 */
record CompletionRequest(List<Prompt> prompts, CompletionSettings settings, int n, long seed, Echo echo, Delivery delivery) {
    /**
     * What is to be continued.
     *
     * @param text as echo shows it
     * @param tokens that the model reads
     * @param own how many of them, at the front, are the server's and no part of the text
     * @param before how many prompts before it its choices count as further choices of
     */
    record Prompt(String text, int[] tokens, int own, int before) {
        Prompt(String text, int[] tokens, int own) {
            this(text, tokens, own, 0);
        }

        Prompt behind(int prompts) {
            return new Prompt(text, tokens, own, prompts);
        }
    }

    /** Whether a choice begins with its prompt. */
    enum Echo {
        NONE, PROMPT
    }

    /** How the answer comes. */
    enum Delivery {
        WHOLE, STREAM, STREAM_WITH_USAGE
    }

    int choices() {
        return prompts.size() * n;
    }

    Prompt promptOf(int choice) {
        return prompts.get(choice / n);
    }

    long seedOf(int choice) {
        return Seeds.of(seed, promptOf(choice).before() * n + choice % n);
    }

    boolean echoes() {
        return echo == Echo.PROMPT;
    }

    boolean tellsProbabilities() {
        return settings.probabilities().of() != CompletionSettings.Of.NONE;
    }
}
