package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import lockstep.common.text.Tokenizer;
import lockstep.deploy.model.StoredModel;

/** The model that is to talk, how its tokens are read, and what computes it. */
final class ModelOptions {
    @Parameters(paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes",
        description = "Default: the one that the checkpoint names or that fits the vocabulary.")
    private String tokenizerName;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** Checks the options, before anything is read. */
    void requireSense() {
        Options.positive("--threads", threads);
    }

    Path path() {
        return model;
    }

    StoredModel find(PrintWriter err) {
        return Models.find(model, err);
    }

    /** The tokenizer with the tokens that the model adds. */
    Tokenizer tokenizer(StoredModel stored) {
        return stored.extended(tokenizerName == null ? stored.tokenizer() : stored.tokenizer(tokenizerName));
    }

    int threads() {
        return threads;
    }
}
