package lockstep.deploy.train;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.format.TrainerStateFile;
import lockstep.common.model.ModelShape;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.NamedText;
import lockstep.common.text.TextReading;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.model.StoredModel;

/** Which model, data and tokenizer a run has. */
final class WhatResolver {
    private static final List<String> SHUFFLES = List.of("full", "llmc", "none");
    /** What people call OpenAI's models, and so what they type first. */
    private static final List<String> OPENAI = List.of("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl");
    private static final String NO_TOKENIZER = "none";

    private final TrainOptions options;

    WhatResolver(TrainOptions options) {
        this.options = options;
    }

    RunConfig.What what() {
        WhatOptions o = options.what;
        ModelChoice model = model();
        DataChoice data = data();
        o.tokenizer.ifPresent(name -> Expect.oneOf("--tokenizer", name, Tokenizer.NAMES));
        RunConfig.Order order = new RunConfig.Order(Expect.oneOf("--shuffle", o.shuffle.orElse(DefaultRun.SHUFFLE), SHUFFLES),
            options.optimizer.overfitBatch.orElse(false));
        long seed = o.seed.orElse(DefaultRun.SEED);
        if (model instanceof ModelChoice.Stored stored) {
            StoredModel found = StoredModel.find(begun().orElse(stored.path()));
            return new RunConfig.What(continued(stored, found), found.shape(), data, tokenizer(found, data), order, seed);
        }
        o.optimizerState.ifPresent(state -> {
            throw Expect.wrong("--optimizer-state", state, "--model FILE beside it: the model of the same step");
        });
        String tokenizer = o.tokenizer.orElse(model instanceof ModelChoice.Named || data instanceof DataChoice.Shards ? "gpt2" : "bytes");
        return new RunConfig.What(model, shape(model, Tokenizer.named(tokenizer).vocabularySize()), data, tokenizer, order, seed);
    }

    private ModelChoice model() {
        WhatOptions o = options.what;
        if (o.model.isEmpty()) {
            return new ModelChoice.Sizes(Expect.positive("--layers", o.layers.orElse(DefaultRun.LAYERS)),
                Expect.positive("--heads", o.heads.orElse(DefaultRun.HEADS)),
                Expect.positive("--channels", o.channels.orElse(DefaultRun.CHANNELS)));
        }
        String name = o.model.get();
        if (ModelShape.names().contains(name)) {
            return new ModelChoice.Named(name);
        }
        try {
            Path path = Path.of(name);
            if (!name.isBlank() && (begun().isPresent() || Files.exists(path))) {
                return new ModelChoice.Stored(path.toAbsolutePath().normalize());
            }
        } catch (InvalidPathException e) {
            throw unknownModel(name);
        }
        throw unknownModel(name);
    }

    private ModelChoice continued(ModelChoice.Stored stored, StoredModel found) {
        return options.what.optimizerState.<ModelChoice>map(state -> {
            Path path = state.toAbsolutePath().normalize();
            int stepsDone = begun().isPresent() ? 0 : TrainerStateFile.readStep(path, found.shape().parameterCount());
            return new ModelChoice.Continued(stored.path(), path, stepsDone);
        }).orElse(stored);
    }

    /** A run that has a checkpoint no longer needs the file that its weights began with. */
    private Optional<Path> begun() {
        return options.run.resume.filter(run -> new CheckpointStore(run).newestComplete().isPresent());
    }

    private static UserError unknownModel(String name) {
        return Expect.wrong("--model", name.isBlank() ? "nothing" : name,
            "an existing file or directory or one of " + String.join(", ", ModelShape.names())
                + (OPENAI.contains(name) ? "; ./lockstep get " + name + " downloads OpenAI's to models/" + name : ""));
    }

    private DataChoice data() {
        WhatOptions o = options.what;
        if (o.data.isPresent()) {
            return new DataChoice.Shards(absolute(o.data.get()), o.valData.map(WhatResolver::absolute));
        }
        Optional<NamedText> named = o.text.map(text -> NamedText.named(text.toString())).orElse(Optional.of(DefaultRun.TEXT));
        return named.<DataChoice>map(text -> named(text, o))
            .orElseGet(() -> new DataChoice.Text(absolute(o.text.orElseThrow()), reading(o)));
    }

    private static DataChoice named(NamedText text, WhatOptions o) {
        refuse("--field", o.field, text);
        refuse("--bad-lines", o.badLines, text);
        refuse("--delimiter", o.delimiter, text);
        refuse("--json-as", o.jsonAs, text);
        return new DataChoice.Named(text);
    }

    private static void refuse(String option, Optional<String> value, NamedText text) {
        value.ifPresent(found -> {
            throw Expect.wrong(option, found, "--text FILE|DIR beside it: " + text.label() + " has documents of its own");
        });
    }

    private static TextReading reading(WhatOptions o) {
        return new TextReading(o.field.orElse(CorpusSource.DEFAULT_FIELD),
            TextReading.BadLines.named("--bad-lines", o.badLines.orElse(TextReading.BadLines.REFUSE.title())),
            o.delimiter.map(text -> Escapes.resolve("--delimiter", text)),
            TextReading.Json.named("--json-as", o.jsonAs.orElse(TextReading.Json.LINES.title())));
    }

    private static Path absolute(Path text) {
        return text.equals(CorpusSource.STANDARD_INPUT) ? text : text.toAbsolutePath().normalize();
    }

    /** A pattern need not be a path, so it is no Path that makes it absolute. A blank one stays, to be refused. */
    private static String absolute(String pattern) {
        boolean relative = !pattern.isBlank() && !pattern.startsWith(File.separator) && !pattern.matches("[A-Za-z]:[/\\\\].*");
        return relative ? Path.of("").toAbsolutePath() + File.separator + pattern : pattern;
    }

    private ModelShape shape(ModelChoice model, int V) {
        return switch (model) {
            case ModelChoice.Named named -> ModelShape.named(named.name(), V);
            case ModelChoice.Sizes sizes -> {
                if (sizes.channels() % sizes.heads() != 0) {
                    throw Expect.wrong("--heads", sizes.heads(), "a divisor of --channels " + sizes.channels());
                }
                yield ModelShape.of(seqLen(options.length, model, Integer.MAX_VALUE), V, sizes.layers(), sizes.heads(), sizes.channels());
            }
            case ModelChoice.Stored _,ModelChoice.Continued _ -> throw new IllegalStateException("a stored model brings its shape");
        };
    }

    /** @param maxT longest context of a model that is larger than the small one */
    static int seqLen(LengthOptions length, ModelChoice model, int maxT) {
        int byDefault = model instanceof ModelChoice.Sizes ? DefaultRun.SEQ_LEN : Math.min(DefaultRun.LARGE_SEQ_LEN, maxT);
        return Expect.positive("--seq-len", length.seqLen.orElse(byDefault));
    }

    private String tokenizer(StoredModel model, DataChoice data) {
        if (options.what.tokenizer.isPresent()) {
            return model.tokenizer(options.what.tokenizer.get()).name();
        }
        if (data instanceof DataChoice.Shards && model.knownTokenizer().isEmpty()) {
            return NO_TOKENIZER;
        }
        return model.tokenizer().name();
    }
}
