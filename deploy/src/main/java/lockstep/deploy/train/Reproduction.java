package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.checkpoint.ModelSource;
import lockstep.common.config.BatchPlan;
import lockstep.common.format.FileErrors;
import lockstep.common.format.ModelFile;
import lockstep.deploy.console.Terminal;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;
import lockstep.node.train.StopFlag;

/**
 * A run trained again from its configuration and its shards, in another directory, as far as its newest checkpoint: each step's loss and gradient norm are compared as they come, the weights in the end. The first step that
 * differs ends it.
 */
public final class Reproduction implements RunWatcher {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "--model";
    private static final RunOrigin.Remedy WHERE_IT_LIES =
        new RunOrigin.Remedy("; --model PATH says where they lie now", "; --optimizer-state FILE says where it lies now");

    private final Path original;
    private final JsonNode about;
    private final Optional<RunOrigin> origin;
    private final Path checkpoint;
    private final int step;
    private final Terminal terminal;
    private int compared;
    private int reached;
    private Optional<String> difference = Optional.empty();

    /** What the log of the run says of a step. */
    private record Line(double loss, double gradNorm) {}

    /** @param text one line */
    public record Verdict(boolean same, String text) {}

    private Reproduction(Path original, JsonNode about, Path checkpoint, Terminal terminal) {
        this.original = original;
        this.about = about;
        this.origin = RunOrigin.noted(about);
        this.checkpoint = checkpoint;
        this.step = CheckpointStore.step(checkpoint).orElseThrow();
        this.terminal = terminal;
    }

    /** @throws UserError when the directory is no run's, or holds no complete checkpoint */
    public static Reproduction of(Path runDir, Terminal terminal) {
        JsonNode about = TrainRequest.about(runDir);
        Path newest = new CheckpointStore(runDir).newestComplete().orElseThrow(
            () -> new UserError(runDir + ": holds no complete checkpoint, expected one, whose weights are to come out again"));
        return new Reproduction(runDir, about, newest, terminal);
    }

    /**
     * The command that trains it again.
     *
     * @param here options of this machine alone: threads, vectors, what is computed again, where what the run started from lies now
     * @throws UserError when that lies no longer where it lay
     */
    public TrainRequest request(Path out, Map<String, String> here) {
        requireOrigin(here);
        Map<String, String> given = new LinkedHashMap<>(here);
        // that file, and not what the run's --model leads to by now: a run's newest checkpoint, say
        origin.ifPresent(from -> given.putIfAbsent(MODEL, from.file()));
        given.put("--out", out.toString());
        given.put("--stop-after", String.valueOf(step));
        given.put("--checkpoint-every", "0");
        given.put("--sample-every", "0");
        given.put("--hellaswag-every", "0"); // whose file need not be here
        JsonNode data = about.path("data");
        if (Files.isDirectory(RunDirectory.data(original))) {
            given.put("--data", TextShards.pattern(RunDirectory.data(original), "train"));
            if (data.has("valSha256")) {
                given.put("--val-data", TextShards.pattern(RunDirectory.data(original), "val"));
            }
        }
        return TrainRequest.again(original, given);
    }

    private void requireOrigin(Map<String, String> here) {
        if (origin.isEmpty() && here.containsKey(MODEL)) {
            throw new UserError(MODEL + ": found " + here.get(MODEL) + ", expected none: " + original
                + " notes no weights that the run started from");
        }
        origin.filter(from -> !here.containsKey(MODEL) && Files.notExists(Path.of(from.file()))).ifPresent(from -> {
            throw new UserError(original + ": startedFrom: found nothing at " + from.file() + ", expected the weights of sha256 "
                + from.weightsSha256() + " from which the run started" + WHERE_IT_LIES.weights());
        });
    }

    @Override
    public void begins(Map<String, Object> now) {
        JsonNode here = JSON.valueToTree(now);
        for (String part : new String[] {"model", "data"}) {
            about.path(part).properties().forEach(field -> {
                String found = here.path(part).path(field.getKey()).asText();
                if (!found.equals(field.getValue().asText())) {
                    throw new UserError(original + ": " + part + ": found " + field.getKey() + " " + found + ", expected "
                        + field.getValue().asText() + " as the run's config.json says");
                }
            });
        }
        origin.ifPresent(from -> from.requireSame(original.toString(), RunOrigin.noted(here).orElseThrow(), WHERE_IT_LIES));
        for (String maker : new String[] {"lockstep", "jdk"}) {
            if (!about.path(maker).asText().equals(here.path(maker).asText())) {
                terminal.warning("lockstep: the run was made by " + maker + " " + about.path(maker).asText() + ", and this is "
                    + here.path(maker).asText() + ": the last bits may differ");
            }
        }
        RunAbout.warnOfOthers(about, RunAbout.lockstep(here), terminal);
    }

    @Override
    public StepListener began(String runId, BatchPlan batch, StopFlag stop) {
        return new StepListener() {
            private final Map<Integer, Line> lines = lines();

            @Override
            public void stepDone(StepReport report) {
                reached = report.step();
                Line then = lines.remove(report.step());
                if (then == null || difference.isPresent()) {
                    return;
                }
                compared++;
                difference = difference("loss", report.lossNats(), then.loss())
                    .or(() -> difference("gradNorm", report.gradNorm(), then.gradNorm()))
                    .map(what -> "from step " + report.step() + " on: " + what);
                if (difference.isPresent()) {
                    stop.raise();
                }
            }
        };
    }

    private Optional<String> difference(String name, double here, double there) {
        return here == there ? Optional.empty() : Optional.of(name + " " + here + " here, " + there + " in " + metricsFile());
    }

    private Path metricsFile() {
        return original.resolve("metrics.jsonl");
    }

    /** Of each step that is trained again. */
    private Map<Integer, Line> lines() {
        Map<Integer, Line> lines = new TreeMap<>();
        try (BufferedReader reader = Files.newBufferedReader(metricsFile())) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode whole = JSON.readTree(line);
                int at = whole.path("step").asInt();
                if (at > step) {
                    break;
                }
                if (!whole.has("loss")) {
                    continue; // of an examination
                }
                lines.put(at, new Line(whole.path("loss").asDouble(Double.NaN), whole.path("gradNorm").asDouble(Double.NaN)));
            }
            return lines;
        } catch (JsonProcessingException e) {
            throw new UserError(metricsFile() + ": found " + e.getOriginalMessage() + ", expected a JSON object a line", e);
        } catch (IOException e) {
            throw FileErrors.translate(metricsFile(), e);
        }
    }

    /**
     * How it came out.
     *
     * @param out where it was trained again
     */
    public Verdict verdict(Path out) {
        if (difference.isPresent()) {
            return new Verdict(false, "DIFFERENT " + difference.get());
        }
        if (reached < step) {
            return new Verdict(false, "stopped after step " + reached + " of " + step + ", the same so far");
        }
        String here = ModelFile.weightsSha256(ModelSource.resolve(out).file());
        String there = ModelFile.weightsSha256(ModelSource.resolve(checkpoint).file());
        return here.equals(there)
            ? new Verdict(true, "the same: " + compared + " steps by loss and gradient norm, and the weights of step " + step)
            : new Verdict(false, "DIFFERENT weights of step " + step + ": " + here + " here, " + there + " in " + checkpoint);
    }
}
