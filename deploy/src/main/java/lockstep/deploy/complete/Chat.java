package lockstep.deploy.complete;

import java.util.ArrayDeque;
import java.util.Deque;

import lockstep.common.text.PythonText;

/**
 * A conversation: one text in which turns of a person and replies of the model stand one after the other. A model that wasn't trained on such a text will still go on with it. When it outgrows the context, the oldest turns go, whole.
 */
public final class Chat {
    private final Completer completer;
    private final CompletionSettings settings;
    private final Roles roles;
    private final long seed;
    private final Deque<String> history = new ArrayDeque<>();
    private int replies;

    /** What stands before a person's turn, and what before a reply. */
    public record Roles(String user, String reply) {
        /** Where a reply ends unless something else was asked for: the next turn of the person. */
        public String stop() {
            return "\n" + PythonText.strip(user);
        }
    }

    public Chat(Completer completer, CompletionSettings settings, Roles roles, long seed) {
        this.completer = completer;
        this.settings = settings;
        this.roles = roles;
        this.seed = seed;
    }

    /** Replies to one turn, given all that was said before and still fits. */
    public Completion say(String line, CompletionListener listener) {
        String turn = roles.user() + line + "\n" + roles.reply();
        Completion completion = completer.complete(prompt(turn), settings, Seeds.of(seed, replies++), listener);
        history.addLast(turn + completion.text() + "\n");
        return completion;
    }

    /** Turns that are still known, the one of the last reply included. */
    public int turns() {
        return history.size();
    }

    private int[] prompt(String turn) {
        int[] prompt = TokenText.document(completer.tokenizer(), String.join("", history) + turn);
        while (!history.isEmpty() && (long) prompt.length + settings.maxTokens() > completer.context()) {
            history.removeFirst();
            prompt = TokenText.document(completer.tokenizer(), String.join("", history) + turn);
        }
        return prompt;
    }
}
