package lockstep.deploy.train;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import lockstep.node.evaluate.MultipleChoice.Score;
import lockstep.node.optimizer.LayerNorms;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/**
 * The logs of a run: {@code main.log} in llm.c's format, where steps count from 0; {@code metrics.jsonl} with a line a step, 1 after the
 * first update, and one an examination, by the number of steps done before it; and
 * {@code validation.jsonl} with a line a validation, by the number of steps done before it.
 */
final class RunLogs implements StepListener, AutoCloseable {
    private static final Pattern MAIN_LINE = Pattern.compile("s:(\\d{1,10}) (?:tel:\\S+|eval:\\S+|trl:\\S+ lr:\\S+ norm:\\S+)");
    static final Pattern JSON_LINE = Pattern.compile("\\{\"step\":(\\d{1,10}),.*}");
    /** In the metrics, of the boundary after a step. */
    private static final Pattern EXAM_LINE = Pattern.compile("\\{\"step\":\\d{1,10},\"hellaswag\":.*}");
    private static final double NS_PER_MS = 1e6;
    private static final ObjectMapper JSON = JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    private final StepLog main;
    private final StepLog metrics;
    private final StepLog validation;

    /** @param step steps done: later lines are cut off, and those of the boundary after it, which the loop crosses again */
    RunLogs(Path runDir, int step) {
        this.main = StepLog.open(runDir.resolve("main.log"), MAIN_LINE, step - 1L);
        this.metrics = StepLog.open(runDir.resolve("metrics.jsonl"), new StepLog.Lines(JSON_LINE, EXAM_LINE), step);
        this.validation = StepLog.open(runDir.resolve("validation.jsonl"), JSON_LINE, step - 1L);
    }

    /** The last step that the metrics tell of. */
    OptionalInt lastStep() {
        return metrics.lastStep();
    }

    @Override
    public void stepDone(StepReport report) {
        main.line("s:" + (report.step() - 1) + " trl:" + Decimals.fixed((float) report.lossNats(), 4) + " lr:"
            + Decimals.fixed(report.lr(), 6) + " norm:"
            + Decimals.fixed((float) report.gradNorm(), 2));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", report.step());
        fields.put("loss", Decimals.plain(report.lossNats()));
        fields.put("gradNorm", Decimals.plain(report.gradNorm()));
        fields.put("lr", Decimals.plain(report.lr()));
        fields.put("stepMs", Decimals.rounded(report.stepNs() / NS_PER_MS, 3));
        fields.put("tokensPerSecond", Decimals.rounded(report.tokensPerSecond(), 1));
        putIfFinite(fields, "lossZ", report.lossZ());
        putIfFinite(fields, "gradZ", report.gradZ());
        if (report.updated()) {
            putLayers(fields, report.layers());
        } else {
            fields.put("skipped", true);
        }
        metrics.line(json(fields));
    }

    @Override
    public void validated(int step, double lossNats) {
        main.line("s:" + step + " tel:" + Decimals.fixed((float) lossNats, 4));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", step);
        // A model may have diverged since the last step that was looked at; JSON has no word for what is not finite.
        fields.put("valLoss", Double.isFinite(lossNats) ? Decimals.plain(lossNats) : null);
        validation.line(json(fields));
    }

    @Override
    public void examined(int step, Score score) {
        main.line("s:" + step + " eval:" + Decimals.fixed((float) score.accuracyByMean(), 4));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", step);
        fields.put("hellaswag", Decimals.rounded(score.accuracyByMean(), 6));
        fields.put("hellaswagBySum", Decimals.rounded(score.accuracyBySum(), 6));
        fields.put("hellaswagQuestions", score.questions());
        metrics.line(json(fields));
    }

    /** Makes all lines so far durable, before a checkpoint that counts on them. */
    void force() {
        main.force();
        metrics.force();
        validation.force();
    }

    @Override
    public void close() {
        main.close();
        metrics.close();
        validation.close();
    }

    private static void putLayers(Map<String, Object> fields, LayerNorms layers) {
        Map<String, Object> ratios = new LinkedHashMap<>();
        Map<String, Object> norms = new LinkedHashMap<>();
        layers.forEachUpdateRatioLog10((layer, ratio) -> ratios.put(layer, Decimals.rounded(ratio, 3)));
        layers.forEachGradient((layer, norm) -> norms.put(layer, Double.isFinite(norm) ? Decimals.plain((float) norm) : null));
        fields.put("updateRatio", ratios);
        fields.put("layerGradNorm", norms);
    }

    private static void putIfFinite(Map<String, Object> fields, String name, double z) {
        if (Double.isFinite(z)) {
            BigDecimal rounded = Decimals.rounded(z, 3);
            fields.put(name, rounded);
        }
    }

    static String json(Map<String, Object> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
