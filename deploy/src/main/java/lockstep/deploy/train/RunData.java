package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import lockstep.common.config.BatchPlan;
import lockstep.node.data.MicroBatches;
import lockstep.node.data.OverfitBatch;
import lockstep.node.data.Shuffle;
import lockstep.node.data.TokenShards;
import lockstep.node.data.ValidationBatches;

/** The open shards of a run. */
final class RunData implements AutoCloseable {
    private final TokenShards train;
    private final Optional<TokenShards> validation;
    private final MicroBatches batches;

    private RunData(TokenShards train, Optional<TokenShards> validation, MicroBatches batches) {
        this.train = train;
        this.validation = validation;
        this.batches = batches;
    }

    /**
     * @param patterns where the shards lie
     * @throws lockstep.common.UserError when a shard is missing, damaged, too short, or has a token that the model doesn't know
     */
    static RunData open(DataChoice.Shards patterns, RunConfig.What what, BatchPlan plan) {
        int V = what.shape().V();
        TokenShards train = TokenShards.open("--data", patterns.pattern(), V);
        Optional<TokenShards> validation = Optional.empty();
        try {
            validation = patterns.valPattern().map(pattern -> TokenShards.open("--val-data", pattern, V));
            Shuffle shuffle = switch (what.order().shuffle()) {
                case "llmc" -> Shuffle.LLMC;
                case "none" -> Shuffle.NONE;
                default -> Shuffle.WINDOWS;
            };
            MicroBatches batches = shuffle.batches(train.shards(), plan, what.seed());
            return new RunData(train, validation, what.order().overfitBatch() ? new OverfitBatch(batches) : batches);
        } catch (RuntimeException e) {
            validation.ifPresent(TokenShards::close);
            train.close();
            throw e;
        }
    }

    MicroBatches batches() {
        return batches;
    }

    List<Path> trainingFiles() {
        return train.paths();
    }

    List<Path> validationFiles() {
        return validation.map(TokenShards::paths).orElse(List.of());
    }

    /** What an error about the amount of data names. */
    Path firstShard() {
        return train.paths().getFirst();
    }

    Optional<ValidationBatches> validation(BatchPlan plan, int count) {
        return validation.map(shards -> new ValidationBatches(shards.shards(), plan.B(), plan.T(), count));
    }

    /** What the configuration notes of the data: by its hash a resumed run knows it again. */
    Map<String, Object> about() {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("trainTokens", train.tokens());
        about.put("trainSha256", train.sha256());
        validation.ifPresent(shards -> {
            about.put("valTokens", shards.tokens());
            about.put("valSha256", shards.sha256());
        });
        return about;
    }

    String summary() {
        return String.format(Locale.ROOT, "%,d tokens, %s to validate", train.tokens(),
            validation.map(shards -> String.format(Locale.ROOT, "%,d", shards.tokens())).orElse("none"));
    }

    @Override
    public void close() {
        batches.close();
        validation.ifPresent(TokenShards::close);
    }
}
