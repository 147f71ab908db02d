package lockstep.deploy.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.exam.HellaSwagFile;
import lockstep.common.exam.MmluFile;
import lockstep.common.exam.MmluPrompt;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.NamedText;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.model.StoredModel;
import lockstep.deploy.train.HomePath;

/** {@code lockstep eval}: how well a model predicts held-out text, or answers questions. */
@Command(
    name = "eval",
    description = {
        "Measures loss (nats per token) and perplexity of a model over token shards or a text, or its answers to HellaSwag or MMLU.", "",
        "Without --stride, --by-document or --wikitext in whole batches from the start, as validation does while training; with one of them to the last token."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Examples:", "  lockstep eval runs/bard --text held-out.txt",
        "  lockstep eval runs/bard --data val.bin --by-document --stride 512",
        "  lockstep eval gpt2_124M.bin --wikitext wiki.test.tokens --stride 32",
        "  lockstep eval gpt2_124M.bin --hellaswag hellaswag_val.jsonl",
        "  lockstep eval gpt2_124M.bin --mmlu data/test --shots 5 --shots-from data/dev"})
public final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Option(names = "--data", converter = HomePath.Text.class, paramLabel = "GLOB", description = "llm.c's token shards.")
    private String data;

    @Option(names = "--text", paramLabel = "FILE|DIR|-",
        description = "UTF-8 text, instead of --data: plain or JSON lines, either compressed by gzip or zstd, or a directory of such files, or - for the standard"
            + " input; each document after an end-of-text token. Or by name: shakespeare, jdk.")
    private Path text;

    @Mixin
    private ReadingOptions reading;

    @Option(names = "--wikitext", paramLabel = "FILE",
        description = "WikiText's wiki.test.tokens, instead: the perplexity of a word of the original over the text with its blanks put right, as GPT-2's paper has it.")
    private Path wikitext;

    @Option(names = "--hellaswag", paramLabel = "FILE",
        description = "hellaswag_val.jsonl as its authors publish it, or llm.c's hellaswag_val.bin, instead: the share of questions whose right ending the model finds most likely.")
    private Path hellaswag;

    @Option(names = "--mmlu", paramLabel = "FILE|DIR",
        description = "MMLU, instead: a SUBJECT_test.csv as its authors publish it, a directory of these, or JSONL with question, choices, answer and subject. Accuracy over all questions, by subject, and the mean over subjects.")
    private Path mmlu;

    @Option(names = "--shots", paramLabel = "K", defaultValue = "0",
        description = "Answered questions of the subject before each of --mmlu. Default: ${DEFAULT-VALUE}.")
    private int shots;

    @Option(names = "--shots-from", paramLabel = "FILE|DIR",
        description = "Where they stand: SUBJECT_dev.csv, a directory of these, or JSONL.")
    private Path shotsFrom;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Write the accuracies of --hellaswag or --mmlu to this file, too; with --mmlu those of each subject.")
    private Path json;

    @Mixin
    private WindowOptions windows;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes",
        description = "Of what is no token shard. Default: the one that the checkpoint names or that fits the vocabulary.")
    private String tokenizerName;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "4",
        description = "Sequences that are computed at once; of questions and windows no matter for the result. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--batches", paramLabel = "N", description = "At most so many batches, or questions. Default: all.")
    private int batches = Integer.MAX_VALUE;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute, and that encode --text. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Options.positive("--batch", batch);
        Options.positive("--batches", batches);
        Options.positive("--threads", threads);
        requireSense();
        StoredModel stored = Models.find(model, spec.commandLine().getErr());
        EvalSetting setting = new EvalSetting(stored, batch, batches, threads, spec.commandLine().getOut(), spec.commandLine().getErr());
        if (hellaswag != null) {
            boolean text = HellaSwagFile.isText(hellaswag);
            List<Example> examples = text
                ? HellaSwagFile.readText(hellaswag, tokenizer(stored))
                : HellaSwagFile.read(hellaswag, stored.shape().V());
            new EvalQuestions(setting).run("hellaswag", examples, List.of(), json);
        } else if (mmlu != null) {
            List<MmluFile.Question> questions = MmluFile.read(mmlu, MmluFile.Part.TEST);
            new EvalQuestions(setting).run("mmlu", mmluExamples(stored, questions),
                questions.stream().map(MmluFile.Question::subject).toList(), json);
        } else {
            measure(setting);
        }
        return 0;
    }

    private void requireSense() {
        long sources = Stream.of(data, text, wikitext, hellaswag, mmlu).filter(Objects::nonNull).count();
        if (sources != 1) {
            throw new UserError(
                "expected one of --data GLOB, --text FILE, --wikitext FILE, --hellaswag FILE and --mmlu FILE, found " + sources
                    + " of them");
        }
        if (text == null && reading.given().isPresent()) {
            throw new UserError(reading.given().get() + ", expected --text beside it");
        }
        Options.inRange("--shots", shots, 0, 100);
        if (shots > 0 != (shotsFrom != null) || shotsFrom != null && mmlu == null) {
            throw new UserError("--shots K and --shots-from FILE: expected both or none, and with --mmlu");
        }
        if (json != null && hellaswag == null && mmlu == null) {
            throw new UserError("--json: found " + json + " without questions, expected it with --hellaswag or --mmlu");
        }
        if ((hellaswag != null || mmlu != null) && windows.given()) {
            throw new UserError(
                "--seq-len, --stride and --by-document: found one of them with questions, expected it with --data, --text or --wikitext");
        }
    }

    private Tokenizer tokenizer(StoredModel stored) {
        return tokenizerName == null ? stored.tokenizer() : stored.tokenizer(tokenizerName);
    }

    private List<Example> mmluExamples(StoredModel stored, List<MmluFile.Question> questions) {
        List<MmluFile.Question> answered = shotsFrom == null ? List.of() : MmluFile.read(shotsFrom, MmluFile.Part.DEV);
        return new MmluPrompt(tokenizer(stored), stored.shape().maxT(), answered, shots).examples(questions);
    }

    private void measure(EvalSetting setting) {
        EvalTokens tokens = new EvalTokens(setting, windows);
        if (data != null) {
            tokens.ofShards(data, tokenizerName);
        } else if (text != null) {
            CorpusSource source = NamedText.source(text, reading.reading());
            tokens.ofText(source, tokenizer(setting.stored()));
        } else {
            tokens.ofWikiText(wikitext, tokenizer(setting.stored()));
        }
    }
}
