package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.format.DurableFile;
import lockstep.deploy.card.ModelCard;
import lockstep.deploy.card.Standing;
import lockstep.deploy.card.Tally;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/**
 * Keeps {@code model-card.md} of a run's directory: written when this process begins to lead, with each checkpoint, and at the end. What came before is read from the logs, and all is written, on a thread of its own: whoever
 * takes over a long run has no time to lose.
 */
final class CardKeeper implements StepListener, AutoCloseable {
    static final String FILE = "model-card.md";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MS_PER_S = 1e3;
    private static final double NS_PER_S = 1e9;
    private static final long LAST_WORD_SECONDS = 10;

    private final Path runDir;
    private final BooleanSupplier held;
    private final Consumer<String> warnings;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("model-card").factory());
    /** Of this process. */
    private final Tally own = new Tally();
    private Optional<String> end = Optional.empty();
    /** Of those before it; on the thread. */
    private final Tally before = new Tally();

    /**
     * The logs have been cut to where the run stands.
     *
     * @param step steps done
     * @param held whether the directory is this process's still
     */
    CardKeeper(Path runDir, int step, BooleanSupplier held, Consumer<String> warnings) {
        this.runDir = runDir;
        this.held = held;
        this.warnings = warnings;
        onThread(() -> readLogs(step));
    }

    /** Each task by itself: a card that can't be written is no reason to end a run, and the next one may be. */
    private void onThread(Task task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (IOException | RuntimeException e) {
                warnings.accept(runDir.resolve(FILE) + ": can't be written: " + e.getMessage());
            }
        });
    }

    private interface Task {
        void run() throws IOException;
    }

    private void readLogs(int step) throws IOException {
        forEachLine("metrics.jsonl", line -> {
            if (line.has("loss")) { // and not an examination's
                before.step(line.path("step").asInt(), line.path("loss").asDouble(), line.path("stepMs").asDouble() / MS_PER_S,
                    line.has("skipped"));
            }
        }, step);
        forEachLine("validation.jsonl", line -> before.validated(line.path("step").asInt(), line.path("valLoss").asDouble(Double.NaN)),
            step - 1);
    }

    /** Lines behind that step are this process's own. */
    private void forEachLine(String log, Consumer<JsonNode> action, int lastStep) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(runDir.resolve(log))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode json = JSON.readTree(line);
                if (json.path("step").asInt() > lastStep) {
                    return;
                }
                action.accept(json);
            }
        }
    }

    @Override
    public void started(int step, int steps) {
        write();
    }

    @Override
    public void stepDone(StepReport report) {
        own.step(report.step(), report.lossNats(), report.stepNs() / NS_PER_S, !report.updated());
    }

    @Override
    public void validated(int step, double lossNats) {
        own.validated(step, lossNats);
    }

    @Override
    public void checkpointed(int step, Path dir) {
        write();
    }

    @Override
    public void finished(Outcome outcome) {
        end = Optional.of(outcome.end() == Outcome.End.COMPLETED ? "all that were planned" : "stopped");
        write();
    }

    private void write() {
        Tally now = own.copy();
        Optional<String> how = end;
        onThread(() -> {
            Optional<Standing.Weights> weights = new CheckpointStore(runDir).newestComplete().map(CardKeeper::weights);
            Standing standing = new Standing(String.valueOf(runDir.getFileName()), before.copy().add(now), weights, how);
            JsonNode config = JSON.readTree(RunDirectory.configFile(runDir).toFile());
            byte[] card = ModelCard.of(config, standing).getBytes(StandardCharsets.UTF_8);
            if (held.getAsBoolean()) {
                DurableFile.replace(runDir.resolve(FILE), DurableFile.content(card));
            }
        });
    }

    private static Standing.Weights weights(Path checkpoint) {
        return new Standing.Weights(CheckpointStore.step(checkpoint).orElseThrow(),
            "checkpoints/" + checkpoint.getFileName() + "/model.bin", CheckpointStore.weightsSha256(checkpoint));
    }

    /** Waits for the last one. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_WORD_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
                warnings.accept(runDir.resolve(FILE) + ": waited " + LAST_WORD_SECONDS + " s for it to be written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
