package lockstep.deploy.train;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.config.BatchPlan;
import lockstep.common.format.TokenShard;
import lockstep.common.text.CorpusResult;
import lockstep.common.text.CorpusSettings;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.CorpusWriter;
import lockstep.common.text.ProgressListener;
import lockstep.common.text.Tokenizer;
import lockstep.coordinator.transfer.DataFetch;
import lockstep.deploy.console.Terminal;

/** Where a run's shards lie; those of text are made in the run's own directory, once. */
final class TextShards {
    private static final String PREFIX = "text";

    private final Path data;
    private final Terminal terminal;

    /** @param data the directory of shards made from text */
    TextShards(Path data, Terminal terminal) {
        this.data = data;
        this.terminal = terminal;
    }

    /**
     * Makes shards where the data is text.
     *
     * @param threads that encode
     */
    DataChoice.Shards make(RunConfig.What what, BatchPlan plan, int threads, ProgressListener progress) {
        CorpusWriter writer = new CorpusWriter(CorpusSettings.DEFAULTS, threads);
        switch (what.data()) {
            case DataChoice.Shards _ -> {
                // They are there.
            }
            case DataChoice.Text text -> make(CorpusSource.of(text.path(), text.reading()), what.tokenizer(), writer, progress);
            case DataChoice.Named named -> make(named.text().source(), what.tokenizer(), writer, progress);
        }
        return find(what, plan);
    }

    /** The shards of a run that has begun. */
    DataChoice.Shards find(RunConfig.What what, BatchPlan plan) {
        if (what.data() instanceof DataChoice.Shards shards) {
            return shards;
        }
        if (!Files.exists(data.resolve(PREFIX + "_train_000000.bin")) && Files.exists(data.resolve("train_000000.bin"))) {
            return fetched(data, Files.exists(data.resolve("val_000000.bin")));
        }
        Path firstVal = data.resolve(PREFIX + "_val_000000.bin");
        return new DataChoice.Shards(pattern(data, "train"),
            holdsABatch(firstVal, plan) ? Optional.of(pattern(data, "val")) : Optional.empty());
    }

    /** Those that another node gave: this one took part in the run before it goes on with it. */
    static DataChoice.Shards fetched(Path data, boolean validates) {
        return new DataChoice.Shards(data + File.separator + DataFetch.TRAINING,
            validates ? Optional.of(data + File.separator + DataFetch.VALIDATION) : Optional.empty());
    }

    private void make(CorpusSource source, String tokenizer, CorpusWriter writer, ProgressListener progress) {
        CorpusResult result = writer.prepare(source, Tokenizer.named(tokenizer), data, PREFIX, progress);
        result.warnings().forEach(text -> terminal.warning("lockstep: " + source.path() + ": " + text));
    }

    /** @param data a run's directory of shards made from text */
    static String pattern(Path data, String split) {
        return data + File.separator + PREFIX + "_" + split + "_*.bin";
    }

    /** A tenth of a small text may be less than one batch: then the run goes without validation. */
    private boolean holdsABatch(Path shard, BatchPlan plan) {
        if (!Files.exists(shard)) {
            return false;
        }
        try (TokenShard tokens = TokenShard.open(shard)) {
            boolean enough = tokens.tokens() > plan.tokensPerMicroBatch();
            if (!enough) {
                terminal.warning("lockstep: no validation: the tenth of the text that is kept for it has " + tokens.tokens()
                    + " tokens, fewer than one batch");
            }
            return enough;
        }
    }
}
