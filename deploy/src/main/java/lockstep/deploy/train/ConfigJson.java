package lockstep.deploy.train;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import lockstep.common.config.AdamWSettings;
import lockstep.common.text.TextReading;

/**
 * A resolved configuration as the JSON that {@code --config} reads: every option that decides what the run does, by its name. {@code
 * --out}, {@code --resume} and
 * {@code --stop-after} belong to one start of the run and are left out.
 */
final class ConfigJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ConfigJson() {}

    /** @param about what is no option: sizes, hashes, versions */
    static byte[] write(RunConfig config, Map<String, Object> about) {
        Map<String, Object> root = options(config);
        root.put(ConfigFile.ABOUT, about);
        try {
            return (JSON.writeValueAsString(root) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, Object> options(RunConfig config) {
        Map<String, Object> options = new LinkedHashMap<>();
        what(options, config.what());
        options.put("batch", config.batch().B());
        options.put("seq-len", config.batch().T());
        options.put("micro-batches", config.batch().M());
        options.put("groups", config.batch().G());
        options.put("steps", config.length().steps());
        options.put("threads", config.machine().threads());
        options.put("recompute", config.machine().recompute().label());
        optimizer(options, config.optimizer());
        options.put("overfit-batch", config.what().order().overfitBatch());
        beside(options, config.beside());
        return options;
    }

    private static void what(Map<String, Object> options, RunConfig.What what) {
        switch (what.model()) {
            case ModelChoice.Named named -> options.put("model", named.name());
            case ModelChoice.Stored stored -> options.put("model", stored.path().toString());
            case ModelChoice.Continued continued -> {
                options.put("model", continued.path().toString());
                options.put("optimizer-state", continued.optimizerState().toString());
            }
            case ModelChoice.Sizes sizes -> {
                options.put("layers", sizes.layers());
                options.put("heads", sizes.heads());
                options.put("channels", sizes.channels());
            }
        }
        switch (what.data()) {
            case DataChoice.Shards shards -> {
                options.put("data", shards.pattern());
                shards.valPattern().ifPresent(pattern -> options.put("val-data", pattern));
            }
            case DataChoice.Text text -> {
                options.put("text", text.path().toString());
                options.put("field", text.reading().field());
                if (text.reading().badLines() == TextReading.BadLines.SKIP) {
                    options.put("bad-lines", text.reading().badLines().title());
                }
                if (text.reading().json() == TextReading.Json.TEXT) {
                    options.put("json-as", text.reading().json().title());
                }
                text.reading().delimiter().ifPresent(delimiter -> options.put("delimiter", Escapes.escape(delimiter)));
            }
            case DataChoice.Named named -> options.put("text", named.text().label());
        }
        if (what.hasTokenizer()) {
            options.put("tokenizer", what.tokenizer());
        }
        options.put("shuffle", what.order().shuffle());
        options.put("seed", what.seed());
    }

    private static void optimizer(Map<String, Object> options, RunConfig.Optimizer optimizer) {
        RunConfig.Rate rate = optimizer.rate();
        AdamWSettings adamW = optimizer.adamW();
        options.put("lr", decimal(rate.lr()));
        options.put("warmup", rate.warmup());
        options.put("lr-schedule", rate.schedule());
        options.put("final-lr-fraction", decimal(rate.finalFraction()));
        options.put("weight-decay", decimal(adamW.weightDecay()));
        options.put("beta1", decimal(adamW.beta1()));
        options.put("beta2", decimal(adamW.beta2()));
        options.put("eps", decimal(adamW.eps()));
        options.put("grad-clip", adamW.gradClip() == Float.POSITIVE_INFINITY ? BigDecimal.ZERO : decimal(adamW.gradClip()));
        options.put("decay", adamW.decay().name().toLowerCase(Locale.ROOT));
        options.put("skip-loss-z", limit(optimizer.spikes().lossZ()));
        options.put("skip-grad-z", limit(optimizer.spikes().gradZ()));
    }

    private static void beside(Map<String, Object> options, RunConfig.Beside beside) {
        options.put("val-every", beside.cadence().validateEvery());
        options.put("val-batches", beside.valBatches());
        options.put("sample-every", beside.cadence().sampleEvery());
        options.put("sample-tokens", beside.sampleTokens());
        beside.exam().ifPresent(exam -> {
            options.put("hellaswag", exam.file().toString());
            options.put("hellaswag-every", beside.cadence().examineEvery());
            if (exam.questions() < Integer.MAX_VALUE) {
                options.put("hellaswag-questions", exam.questions());
            }
        });
        options.put("checkpoint-every", beside.cadence().checkpointEvery());
        options.put("keep", beside.retention().keep());
        options.put("keep-major", beside.retention().keepMajor());
        options.put("keep-best", beside.retention().keepBest());
        options.put("log-every", beside.logEvery());
    }

    /** The shortest decimal that reads back as the same float. */
    private static BigDecimal decimal(float value) {
        return new BigDecimal(Float.toString(value));
    }

    private static BigDecimal limit(double value) {
        return value == Double.POSITIVE_INFINITY ? BigDecimal.ZERO : BigDecimal.valueOf(value);
    }
}
