package lockstep.deploy.complete;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;
import lockstep.deploy.complete.Completion.Finish;
import lockstep.node.generate.Distribution;
import lockstep.node.generate.Sampler;
import lockstep.node.generate.TextGenerator;
import lockstep.node.generate.TextListener;

/** Continues prompts, one caller at a time. The same prompt, settings and seed give the same completion, whatever was asked before. */
public final class Completer {
    private final TextGenerator generator;
    private final Tokenizer tokenizer;
    private final Set<Integer> ends;

    public Completer(TextGenerator generator, Tokenizer tokenizer) {
        this(generator, tokenizer, Set.of(tokenizer.endOfText()));
    }

    /** @param ends tokens at which a document ends */
    public Completer(TextGenerator generator, Tokenizer tokenizer, Set<Integer> ends) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.ends = Set.copyOf(ends);
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Tokens that prompt and continuation may have before the older ones are forgotten. */
    public int context() {
        return generator.context();
    }

    /** How many tokens the model has: any below may stand in a prompt. */
    public int vocabulary() {
        return generator.vocabulary();
    }

    /** @param prompt at least one token */
    public Completion complete(int[] prompt, CompletionSettings settings, long seed, CompletionListener listener) {
        Work work = new Work(prompt, settings, listener);
        Sampler sampler = new Sampler(settings.sampler(), seed, tokenizer.vocabularySize());
        int drawn = generator.generate(prompt, settings.maxTokens(), sampler, work);
        return work.end(drawn);
    }

    /** One completion while it comes about: token → bytes → characters → what no stop sequence takes. */
    private final class Work implements TextListener {
        private final int[] promptIds;
        private final CompletionSettings settings;
        private final CompletionListener listener;
        private final StringBuilder text = new StringBuilder();
        private final List<CompletedToken> prompt = new ArrayList<>();
        private final List<CompletedToken> tokens = new ArrayList<>();
        /** Drawn, and not yet told since what they say may belong to a stop sequence. */
        private final List<CompletedToken> waiting = new ArrayList<>();
        private final StopText stop;
        private final Utf8Stream characters;
        private int decoded; // code points that came out of the tokens so far
        private int shown; // code points of the text
        private boolean promptTold;
        private Finish finish = Finish.LENGTH;

        Work(int[] promptIds, CompletionSettings settings, CompletionListener listener) {
            this.promptIds = promptIds;
            this.settings = settings;
            this.listener = listener;
            this.stop = new StopText(settings.stops(), this::show);
            this.characters = Utf8Stream.verbatim(piece -> {
                decoded += piece.codePointCount(0, piece.length());
                stop.accept(piece);
            });
            if (wantsPrompt()) {
                prompt.add(new CompletedToken(promptIds[0], 0, OptionalDouble.empty(), List.of()));
            }
        }

        @Override
        public boolean goesOn() {
            if (!listener.goesOn()) {
                finish = Finish.CANCELLED;
            }
            return finish != Finish.CANCELLED;
        }

        @Override
        public boolean wantsPrompt() {
            return settings.probabilities().of() == CompletionSettings.Of.ALL;
        }

        @Override
        public void promptRead(int index, float[] logits) {
            if (index + 1 < promptIds.length) {
                prompt.add(token(promptIds[index + 1], 0, logits));
            }
        }

        @Override
        public boolean drawn(int token, float[] logits) {
            tellPrompt();
            boolean ended = ends.contains(token) && settings.end() == CompletionSettings.End.STOPS;
            if (ended) {
                characters.finish(); // what was drawn before it is the whole text
            }
            waiting.add(settings.probabilities().of() == CompletionSettings.Of.NONE
                ? new CompletedToken(token, decoded, OptionalDouble.empty(), List.of())
                : token(token, decoded, logits));
            if (ended) {
                finish = Finish.END;
                return false;
            }
            TokenText.decode(tokenizer, token, characters);
            if (stop.hit()) {
                finish = Finish.STOP;
                return false;
            }
            return goesOn();
        }

        private void tellPrompt() {
            if (!promptTold) {
                promptTold = true;
                listener.read(List.copyOf(prompt));
            }
        }

        private CompletedToken token(int id, int offset, float[] logits) {
            Distribution distribution = new Distribution(logits);
            return new CompletedToken(id, offset, OptionalDouble.of(distribution.logProbability(id)),
                distribution.top(settings.probabilities().top(), tokenizer.vocabularySize()));
        }

        private void show(String piece) {
            text.append(piece);
            shown += piece.codePointCount(0, piece.length());
            tell(piece, shown);
        }

        /** @param end tokens that begin before this belong to what is told */
        private void tell(String piece, int end) {
            List<CompletedToken> told = waiting.stream().filter(token -> token.offset() < end).toList();
            waiting.removeAll(told);
            tokens.addAll(told);
            listener.added(piece, told);
        }

        Completion end(int drawn) {
            if (finish != Finish.CANCELLED) {
                tellPrompt();
            }
            characters.finish();
            stop.finish();
            if (stop.hit()) {
                finish = Finish.STOP; // by the last token, cut off in the middle of a character
            } else if (!waiting.isEmpty()) {
                tell("", Integer.MAX_VALUE);
            }
            return new Completion(text.toString(), List.copyOf(prompt), List.copyOf(tokens), drawn, finish);
        }
    }
}
