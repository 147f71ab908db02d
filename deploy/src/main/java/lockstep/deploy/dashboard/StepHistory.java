package lockstep.deploy.dashboard;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/** The steps of a run and its validations, as its logs tell. */
final class StepHistory {
    static final int MAX_BUCKETS = 1200;
    private static final int MAX_RATIO_BUCKETS = 240;
    private static final int MAX_LAYERS = 256;
    private static final List<String> FIELDS = List.of("loss", "gradNorm", "lr", "tokensPerSecond", "stepMs");
    /** Of which the pace now is the median. */
    private static final int RECENT = 33;

    private final BucketSeries metrics = new BucketSeries(MAX_BUCKETS);
    private final BucketSeries ratios = new BucketSeries(MAX_RATIO_BUCKETS);
    private final BucketSeries validations = new BucketSeries(MAX_BUCKETS);
    private final double[] recentMs = new double[RECENT];
    private int recent;
    private Optional<JsonNode> last = Optional.empty();
    private Optional<JsonNode> lastValidation = Optional.empty();

    void step(JsonNode line, long version) {
        int step = line.path("step").asInt();
        if (last.isPresent() && step <= step()) {
            return;
        }
        Map<String, Double> values = new LinkedHashMap<>();
        FIELDS.forEach(field -> put(values, field, line.path(field)));
        metrics.add(step, values, version);
        Map<String, Double> byLayer = new LinkedHashMap<>();
        line.path("updateRatio").properties().stream().limit(MAX_LAYERS).forEach(layer -> put(byLayer, layer.getKey(), layer.getValue()));
        if (!byLayer.isEmpty()) {
            ratios.add(step, byLayer, version);
        }
        recentMs[recent++ % RECENT] = line.path("stepMs").asDouble();
        last = Optional.of(line);
    }

    void validation(JsonNode line, long version) {
        Map<String, Double> values = new LinkedHashMap<>();
        put(values, "valLoss", line.path("valLoss"));
        validations.add(line.path("step").asInt(), values, version);
        lastValidation = Optional.of(line);
    }

    /** What is not finite stands in the logs as null. */
    private static void put(Map<String, Double> values, String field, JsonNode value) {
        if (value.isNumber()) {
            values.put(field, value.asDouble());
        }
    }

    /** Another log begins at this step. */
    void cutStepsFrom(int step, long version) {
        metrics.cutFrom(step, version);
        ratios.cutFrom(step, version);
        recent = 0;
        last = Optional.empty();
    }

    void cutValidationsFrom(int step, long version) {
        validations.cutFrom(step, version);
    }

    /** Steps done. */
    int step() {
        return last.map(line -> line.path("step").asInt()).orElse(0);
    }

    double tokensPerSecond() {
        return last.map(line -> line.path("tokensPerSecond").asDouble()).orElse(0.0);
    }

    /** The median of what the latest steps took, nothing before the first. */
    Optional<Double> paceMs() {
        if (recent == 0) {
            return Optional.empty();
        }
        double[] sorted = Arrays.copyOf(recentMs, Math.min(recent, RECENT));
        Arrays.sort(sorted);
        return Optional.of(sorted[sorted.length / 2]);
    }

    Optional<JsonNode> last() {
        return last;
    }

    Optional<JsonNode> lastValidation() {
        return lastValidation;
    }

    void putChanges(Map<String, Object> json, long version) {
        metrics.since(version).ifPresent(some -> json.put("metrics", some));
        ratios.since(version).ifPresent(some -> json.put("ratios", some));
        validations.since(version).ifPresent(some -> json.put("validations", some));
    }
}
