package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;
import lockstep.deploy.model.StoredModel;
import lockstep.node.generate.Generator;
import lockstep.node.generate.Sampler;
import lockstep.node.generate.SamplerSettings;
import lockstep.node.generate.TextGenerator;
import lockstep.node.kernel.Kernels;
import lockstep.node.parallel.Workers;

/** {@code lockstep generate}: lets a model talk. */
@Command(
    name = "generate",
    description = {"Continues a prompt, token by token, and streams the text.", "",
        "The same model, prompt, options and seed give the same text. A prompt or a text longer than the model's context goes on with its newer part."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep generate runs/bard --prompt \"ROMEO:\" --tokens 300 --temperature 0.8 --top-k 40"})
public final class GenerateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Option(names = "--prompt", paramLabel = "TEXT", defaultValue = "",
        description = "What to continue. Default: nothing, so that the model begins a document.")
    private String prompt;

    @Option(names = "--tokens", paramLabel = "N", defaultValue = "256", description = "How many tokens to add. Default: ${DEFAULT-VALUE}.")
    private int count;

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

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes",
        description = "Default: the one that the checkpoint names or that fits the vocabulary.")
    private String tokenizerName;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options.positive("--threads", threads);
        Options.positive("--tokens", count);
        SamplerSettings settings = new SamplerSettings(temperature, topK, topP);
        StoredModel stored = StoredModel.find(model);
        Tokenizer tokenizer = tokenizerName == null ? stored.tokenizer() : stored.tokenizer(tokenizerName);
        ModelShape shape = stored.shape();
        int[] tokens = promptTokens(tokenizer);
        int context = (int) Math.min(shape.maxT(), (long) tokens.length + count);
        float[] params = stored.weights(2L * Float.BYTES * shape.L() * context * shape.C());
        try (Workers workers = new Workers(threads)) {
            Generator generator = new Generator(shape, params, context, workers, Kernels.ofThisProcess());
            stream(tokenizer, new TextGenerator(generator, new Sampler(settings, seed)), tokens);
        }
        return 0;
    }

    /** The prompt as it would stand in training data: after the token that begins a document. */
    private int[] promptTokens(Tokenizer tokenizer) {
        int[] encoded = tokenizer.encode(prompt);
        if (encoded.length > Integer.MAX_VALUE - 1 - count) {
            throw new UserError("--prompt and --tokens together must stay below " + Integer.MAX_VALUE + " tokens");
        }
        int[] tokens = new int[encoded.length + 1];
        tokens[0] = tokenizer.endOfText();
        System.arraycopy(encoded, 0, tokens, 1, encoded.length);
        return tokens;
    }

    private void stream(Tokenizer tokenizer, TextGenerator generator, int[] tokens) {
        PrintWriter out = spec.commandLine().getOut();
        Utf8Stream text = new Utf8Stream(piece -> {
            out.print(piece);
            out.flush();
        });
        out.print(prompt);
        out.flush();
        long start = System.nanoTime();
        int written = generator.generate(tokens, count, token -> {
            tokenizer.decode(token, text);
            // Nobody reads any more, as after "| head": there is nothing left to compute for.
            return !out.checkError();
        });
        text.finish();
        out.println();
        out.flush();
        spec.commandLine().getErr().printf(Locale.ROOT, "%d tokens after a prompt of %d, %.1f tokens/s%n", written, tokens.length - 1,
            written * 1e9 / (System.nanoTime() - start));
    }
}
