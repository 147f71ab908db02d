package lockstep.deploy.card;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.text.NamedText;

/** A model card in Markdown, with the header that model hubs read: of a run's configuration file and how far the run has come. */
public final class ModelCard {
    private static final String ABOUT = "about";
    private static final String ORIGIN = "startedFrom";
    /** Where things lay: of a machine, and nobody else's business. */
    private static final List<String> PATHS = List.of("data", "val-data", "text", "model", "optimizer-state", "hellaswag");
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    private final StringBuilder text = new StringBuilder();
    private final JsonNode config;
    private final JsonNode about;
    private final Standing standing;

    private ModelCard(JsonNode config, Standing standing) {
        this.config = config;
        this.about = config.path(ABOUT);
        this.standing = standing;
    }

    /** @param config the whole of the run's config.json */
    public static String of(JsonNode config, Standing standing) {
        return new ModelCard(config, standing).write();
    }

    private String write() {
        text.append("---\nlibrary_name: lockstep\npipeline_tag: text-generation\ntags:\n- gpt2\n---\n\n");
        model();
        results();
        origin();
        data();
        configuration();
        maker();
        repeat();
        return text.toString();
    }

    private void model() {
        JsonNode model = about.path("model");
        text.append("# ").append(cell(standing.name())).append("\n\nA GPT-2 of ").append(count(model.path("parameters")))
            .append(" parameters: ").append(count(model.path("L"))).append(" layers, ").append(count(model.path("NH")))
            .append(" heads, ").append(count(model.path("C"))).append(" channels, a context of ").append(count(model.path("maxT")))
            .append(" tokens, a vocabulary of ").append(count(model.path("V"))).append(config.has("tokenizer")
                ? " (tokenizer: " + cell(config.path("tokenizer").asText()) + ")"
                : "")
            .append(".\n\n").append(about.has(ORIGIN)
                ? "It started from given weights (below) and went on with the data below; what those weights had learned from, the run"
                    + " doesn't know."
                : "It has learned from the data below alone.")
            .append(" Nothing but the losses below was measured of it, and nobody has looked"
                + " at what it says of whom or of what.\n");
    }

    private void results() {
        head("How far it came");
        Tally tally = standing.tally();
        long tokensPerStep = config.path("batch").asLong() * config.path("seq-len").asLong() * config.path("micro-batches").asLong();
        row("steps", count(tally.lastStep()) + " of " + count(config.path("steps")) + ", " + standing.end().orElse("in training"));
        row("tokens trained on", count(tokensPerStep * tally.lastStep()));
        row("training loss, nats per token", tally.recentLossNats().isPresent()
            ? fixed(tally.recentLossNats().getAsDouble()) + ", mean of the newest " + count(tally.recentSteps()) + " steps"
            : "none yet");
        Standing.Validated validated = tally.validated();
        row("validation loss, nats per token", validated.last().isPresent()
            ? fixed(validated.last().getAsDouble()) + " after step " + count(validated.lastStep()) + "; lowest "
                + fixed(validated.best().getAsDouble()) + " after step " + count(validated.bestStep())
            : "not measured");
        row("updates skipped as spikes", count(tally.skipped()));
        row("time of all steps", duration(tally.seconds()));
        row("weights", standing.weights().map(weights -> "step " + count(weights.step()) + ", sha256 `" + weights.sha256() + "` (`"
            + weights.file() + "` from byte 1024 on)").orElse("no checkpoint yet"));
    }

    private void origin() {
        JsonNode origin = about.path(ORIGIN);
        if (origin.isMissingNode()) {
            return;
        }
        head("Started from");
        row("model", name(origin.path("path")));
        row("weights", "sha256 `" + origin.path("weightsSha256").asText() + "` (of `" + name(origin.path("file")) + "`, in fp32)");
        if (origin.has("optimizerState")) {
            row("optimizer state", name(origin.path("optimizerState")) + ", sha256 `" + origin.path("optimizerStateSha256").asText() + "`");
        }
    }

    private void data() {
        JsonNode data = about.path("data");
        head("Data");
        row("from", source());
        row("to train on", count(data.path("trainTokens")) + " tokens, sha256 `" + data.path("trainSha256").asText() + "`");
        row("to validate", data.has("valTokens")
            ? count(data.path("valTokens")) + " tokens, sha256 `" + data.path("valSha256").asText() + "`"
            : "none");
    }

    private String source() {
        Optional<NamedText> named = NamedText.named(config.path("text").asText());
        if (named.isPresent() && named.get() == NamedText.SHAKESPEARE) {
            return "text: shakespeare, which Lockstep carries: 1.1 MB of Shakespeare's plays (tiny-shakespeare), in the public domain";
        }
        if (named.isEmpty() && config.has("text")) {
            return "text: " + name(config.path("text"));
        }
        return config.has("data") ? "token shards: " + name(config.path("data")) : "the sources of the JDK";
    }

    private void configuration() {
        head("Configuration");
        config.properties().forEach(field -> {
            if (!field.getKey().equals(ABOUT)) {
                row(field.getKey(), PATHS.contains(field.getKey()) ? name(field.getValue()) : cell(field.getValue().asText()));
            }
        });
    }

    private void maker() {
        head("Made with");
        row("Lockstep", cell(about.path("lockstep").asText()));
        row("Java", cell(about.path("jdk").asText()));
        about.path("otherBuilds").forEach(build -> row("continued by", cell(build.asText())));
        row("system", cell(about.path("system").asText()));
        JsonNode machine = about.path("machine");
        if (!machine.isMissingNode()) {
            row("processor", cell(machine.path("processor").asText()) + ", " + count(machine.path("processors")) + " to use");
            row("memory", String.format(Locale.ROOT, "%.1f GiB", machine.path("memoryBytes").asDouble() / 0x1p30));
        }
        row("vectors", count(about.path("vectorBits")) + " bits");
    }

    private void repeat() {
        text.append("""

            ## To repeat it

            The same configuration and data give the same weights, to the bit, on any number of threads, vectors of any width and any number of
            nodes. `./lockstep reproduce RUN_DIR` trains the run again from what its directory holds, and compares every step's loss and gradient
            norm and the weights; `./lockstep train --config RUN_DIR/config.json` begins it anew.
            """);
    }

    private void head(String title) {
        text.append("\n## ").append(title).append("\n\n| | |\n|---|---|\n");
    }

    private void row(String name, String value) {
        text.append("| ").append(name).append(" | ").append(value).append(" |\n");
    }

    private static String name(JsonNode path) {
        Path name = Path.of(path.asText()).getFileName();
        return cell(String.valueOf(name));
    }

    /** Text of others in a cell of a table: one line, and no mark of Markdown's or HTML's in it. */
    private static String cell(String value) {
        return value.replaceAll("[\\s\\p{Cntrl}]+", " ").replaceAll("([\\\\`*_\\[\\]|<>&])", "\\\\$1");
    }

    private static String count(JsonNode number) {
        return count(number.asLong());
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String fixed(double lossNats) {
        return String.format(Locale.ROOT, "%.4f", lossNats);
    }

    private static String duration(double seconds) {
        if (seconds < 2 * MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return seconds < 2 * HOUR
            ? String.format(Locale.ROOT, "%.1f min", seconds / MINUTE)
            : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}
