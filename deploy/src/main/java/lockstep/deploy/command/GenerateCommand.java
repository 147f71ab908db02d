package lockstep.deploy.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.common.text.TextLines;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.Chat;
import lockstep.deploy.complete.Completer;
import lockstep.deploy.complete.Completion;
import lockstep.deploy.complete.CompletionJson;
import lockstep.deploy.complete.CompletionSettings;
import lockstep.deploy.complete.PromptFile;
import lockstep.deploy.complete.TokenText;
import lockstep.deploy.model.StoredModel;
import lockstep.deploy.train.Escapes;
import lockstep.node.generate.Generator;
import lockstep.node.generate.TextGenerator;
import lockstep.node.kernel.Kernels;
import lockstep.node.parallel.Workers;
import lockstep.node.train.StopFlag;

/** {@code lockstep generate}: lets a model talk. */
@Command(
    name = "generate",
    description = {"Continues a prompt, or each of a file's, token by token, and streams the text; or talks (--chat).", "",
        "The same model, prompt, options and seed give the same text. A prompt or a text longer than the model's context goes on with its newer part."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Examples:", "  lockstep generate runs/bard --prompt \"ROMEO:\" --tokens 300 --temperature 0.8 --top-k 40",
        "  lockstep generate runs/bard --prompts prompts.jsonl --json --logprobs 5 > answers.jsonl",
        "  lockstep generate runs/bard --chat --user 'ROMEO:\\n' --reply 'JULIET:\\n' --stop '\\n\\n'"})
public final class GenerateCommand implements Callable<Integer> {
    private static final int MOST_LOGPROBS = 20;

    @Option(names = "--prompt", paramLabel = "TEXT",
        description = "What to continue, in which " + TokenText.END_OF_TEXT
            + " is the token that ends a document and begins the next. Default: nothing, so that the model begins a document.")
    private String prompt;

    @Option(names = "--prompts", paramLabel = "FILE",
        description = "Prompts instead: one a line, or of a .jsonl file one JSON object a line with a text in \"prompt\". Each is continued as it would be by itself.")
    private Path prompts;

    @Mixin
    private ChatOptions chat;

    @Option(names = "--tokens", paramLabel = "N", defaultValue = "256",
        description = "How many tokens to add, to each prompt or line. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(names = "--stop", paramLabel = "TEXT",
        description = "The text ends before this, which may be given several times; \\n is a newline. Default: none; of --chat a newline and --user.")
    private List<String> stops = List.of();

    @Option(names = "--stop-at-end",
        description = "The token that ends a document ends the text, as it always does with --chat. Default: the model goes on with another.")
    private boolean stopAtEnd;

    @Option(names = "--json",
        description = "Print a JSON object a line for each prompt: its text, why it ends, and each token with its log-probability.")
    private boolean json;

    @Option(names = "--logprobs", paramLabel = "K", defaultValue = "0",
        description = "With --json also the K most likely tokens in each place, at most " + MOST_LOGPROBS + ". Default: ${DEFAULT-VALUE}.")
    private int logprobs;

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private ModelOptions model;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        requireSense();
        CompletionSettings settings = settings();
        List<String> texts = prompts == null ? List.of(prompt == null ? "" : prompt) : PromptFile.read(prompts);
        StoredModel stored = model.find(spec.commandLine().getErr());
        Tokenizer tokenizer = model.tokenizer(stored);
        if (stopAtEnd || chat.chat) {
            stored.warning(tokenizer).ifPresent(text -> spec.commandLine().getErr().println("lockstep: " + text));
        }
        ModelShape shape = stored.shape();
        int context = chat.chat ? shape.maxT() : Math.min(shape.maxT(), longest(tokenizer, texts));
        float[] params = stored.weights(Generator.bytes(shape, context, model.threads()));
        try (Workers workers = new Workers(model.threads())) {
            TextGenerator generator = new TextGenerator(new Generator(shape, params, context, workers, Kernels.ofThisProcess()));
            Completer completer = new Completer(generator, tokenizer, stored.endTokens(tokenizer));
            if (chat.chat) {
                talk(completer, settings);
            } else {
                write(completer, settings, texts);
            }
        }
        return 0;
    }

    private void requireSense() {
        model.requireSense();
        Options.positive("--tokens", count);
        int sources = (prompt == null ? 0 : 1) + (prompts == null ? 0 : 1) + (chat.chat ? 1 : 0);
        if (sources > 1) {
            throw new UserError("expected at most one of --prompt TEXT, --prompts FILE and --chat, found " + sources + " of them");
        }
        if (json && chat.chat) {
            throw new UserError("--json: found it with --chat, expected --prompt or --prompts: a conversation is for people");
        }
        if (logprobs < 0 || logprobs > MOST_LOGPROBS) {
            throw new UserError("--logprobs must be 0 to " + MOST_LOGPROBS + ", found " + logprobs);
        }
        if (logprobs > 0 && !json) {
            throw new UserError("--logprobs: found it without --json, which is what shows them");
        }
    }

    private CompletionSettings settings() {
        List<String> asked = stops.stream().map(stop -> Escapes.resolve("--stop", stop)).toList();
        if (asked.contains("")) {
            throw new UserError("--stop: found an empty text, expected at least one character");
        }
        boolean chats = chat.chat;
        return new CompletionSettings(count, sampling.settings(), chats && asked.isEmpty() ? List.of(chat.roles().stop()) : asked,
            stopAtEnd || chats ? CompletionSettings.End.STOPS : CompletionSettings.End.GOES_ON,
            json ? new CompletionSettings.Probabilities(CompletionSettings.Of.DRAWN, logprobs) : CompletionSettings.Probabilities.NONE);
    }

    /** Tokens of the longest prompt and what is added to it. */
    private int longest(Tokenizer tokenizer, List<String> texts) {
        int most = texts.stream().mapToInt(text -> TokenText.prompt(tokenizer, text).length).max().orElseThrow();
        if (most > Integer.MAX_VALUE - count) {
            throw new UserError("the longest prompt and --tokens together must stay below " + Integer.MAX_VALUE + " tokens");
        }
        return most + count;
    }

    private void talk(Completer completer, CompletionSettings settings) {
        TextLines in = TextLines.of("standard input", System.in);
        new ChatLoop(in, spec.commandLine().getOut(), Terminals.interactive() ? "> " : "")
            .run(new Chat(completer, settings, chat.roles(), sampling.seed()));
    }

    private void write(Completer completer, CompletionSettings settings, List<String> texts) {
        try (StopFlag stop = StopFlag.onShutdown()) {
            Speaker speaker = new Speaker(spec.commandLine().getOut(), stop);
            for (int i = 0; i < texts.size() && speaker.goesOn(); i++) {
                if (json) {
                    writeJson(completer, settings, speaker, i, texts.get(i));
                } else {
                    speaker.say(i > 0 ? "---\n" : "");
                    writeText(completer, settings, speaker, texts.get(i));
                }
            }
        }
    }

    /** What was cut short has no line: it would look like an answer. */
    private void writeJson(Completer completer, CompletionSettings settings, Speaker speaker, int index, String text) {
        int[] tokens = TokenText.prompt(completer.tokenizer(), text);
        Completion completion = completer.complete(tokens, settings, sampling.seed(), speaker.silent());
        if (completion.finish() != Completion.Finish.CANCELLED) {
            speaker.line(CompletionJson.line(completer.tokenizer(), index, text, sampling.seed(), completion));
        }
    }

    private void writeText(Completer completer, CompletionSettings settings, Speaker speaker, String text) {
        int[] tokens = TokenText.prompt(completer.tokenizer(), text);
        speaker.say(text);
        long start = System.nanoTime();
        Completion completion = completer.complete(tokens, settings, sampling.seed(), speaker);
        speaker.line("");
        spec.commandLine().getErr().printf(Locale.ROOT, "%d tokens after a prompt of %d, %.1f tokens/s%n", completion.drawn(),
            tokens.length, completion.drawn() * 1e9 / (System.nanoTime() - start));
    }
}
