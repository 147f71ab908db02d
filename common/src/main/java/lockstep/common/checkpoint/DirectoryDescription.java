package lockstep.common.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.format.FileDescription;
import lockstep.common.format.FileErrors;

/** Says what a checkpoint's or a run's directory holds. A file's own description is {@link FileDescription}'s. */
public final class DirectoryDescription {
    private static final String CONFIG = "config.json";
    private static final String METRICS = "metrics.jsonl";
    /** What a run trains and on what: where in its configuration each stands, in the order in which it is told. */
    private static final Map<String, String> OF_CONFIG = new LinkedHashMap<>();

    static {
        for (String option : List.of("model", "layers", "heads", "channels")) {
            OF_CONFIG.put(option, "/" + option);
        }
        OF_CONFIG.put("parameters", "/about/model/parameters");
        OF_CONFIG.put("started from", "/about/startedFrom/path");
        OF_CONFIG.put("of sha256", "/about/startedFrom/weightsSha256");
        for (String option : List.of("data", "val-data", "text", "tokenizer")) {
            OF_CONFIG.put(option, "/" + option);
        }
        OF_CONFIG.put("train tokens", "/about/data/trainTokens");
    }

    private DirectoryDescription() {}

    /**
     * Reads all of a checkpoint, to compare its checksums.
     *
     * @return lines of a name and a value each
     * @throws UserError when the directory is neither, or the checkpoint is damaged or incomplete
     */
    public static List<String> describe(Path dir) {
        if (Files.exists(dir.resolve(CheckpointFiles.MANIFEST)) || Files.exists(dir.resolve(CheckpointFiles.MODEL))) {
            return checkpoint(dir);
        }
        CheckpointStore store = new CheckpointStore(dir);
        List<Path> complete = store.complete();
        if (complete.isEmpty() && !Files.exists(dir.resolve(CONFIG))) {
            throw new UserError(
                dir + ": content: found neither " + CheckpointFiles.MANIFEST + " nor checkpoints nor " + CONFIG + ", expected a "
                    + "checkpoint or a run directory");
        }
        if (complete.isEmpty() && Json.read(dir.resolve(CONFIG), JsonNode.class).has("model_type")) {
            throw ForeignDirectory.error(dir);
        }
        return run(dir, complete);
    }

    private static List<String> checkpoint(Path dir) {
        Manifest manifest = CheckpointFiles.manifest(dir);
        CheckpointFiles.check(dir, manifest);
        Progress progress = Json.read(dir.resolve(CheckpointFiles.PROGRESS), Progress.class);
        List<String> lines = new ArrayList<>();
        lines.add(FileDescription.line("directory", dir));
        lines.add(
            FileDescription.line("kind", "checkpoint, complete; the checksums of its " + manifest.files().size() + " files are right"));
        lines.add(FileDescription.line("files", manifest.files().stream()
            .map(entry -> entry.name() + " " + FileDescription.size(entry.bytes())).collect(Collectors.joining(", "))));
        lines.add(FileDescription.line("step", progress.step()));
        lines.add(FileDescription.line("tokenizer", progress.tokenizer()));
        if (manifest.valLossNats() != null) {
            lines.add(FileDescription.line("validation loss", manifest.valLossNats() + " nats"));
        }
        if (progress.bestValLossNats() != null) {
            lines.add(FileDescription.line("best so far", progress.bestValLossNats() + " nats"));
        }
        lines.add(FileDescription.line("spike windows", progress.lossWindow().count() + " losses, " + progress.gradWindow().count()
            + " gradient norms"));
        lines.addAll(FileDescription.describe(dir.resolve(CheckpointFiles.MODEL)));
        return List.copyOf(lines);
    }

    private static List<String> run(Path dir, List<Path> complete) {
        List<String> lines = new ArrayList<>();
        lines.add(FileDescription.line("directory", dir));
        lines.add(FileDescription.line("kind", "run"));
        lines.add(FileDescription.line("files", String.join(" ", files(dir))));
        if (Files.exists(dir.resolve(CONFIG))) {
            JsonNode config = Json.read(dir.resolve(CONFIG), JsonNode.class);
            OF_CONFIG.forEach((name, pointer) -> {
                JsonNode value = config.at(pointer);
                if (value.isValueNode()) {
                    lines.add(FileDescription.line(name, value.asText()));
                }
            });
        }
        lastLine(dir.resolve(METRICS)).ifPresent(line -> lines.add(FileDescription.line("last step", line)));
        lines.add(FileDescription.line("checkpoints", complete.size()));
        for (Path checkpoint : complete) {
            Manifest manifest = CheckpointFiles.manifest(checkpoint);
            String loss = manifest.valLossNats() == null ? "" : ", validation loss " + manifest.valLossNats() + " nats";
            lines.add(FileDescription.line("", "step " + manifest.step() + loss + ", weights sha256 " + manifest.weightsSha256()));
        }
        return List.copyOf(lines);
    }

    /** A log may be long and, where a process died, end in anything. */
    private static Optional<String> lastLine(Path log) {
        if (!Files.exists(log)) {
            return Optional.empty();
        }
        try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            String last = null;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last = line;
            }
            return Optional.ofNullable(last);
        } catch (IOException e) {
            throw FileErrors.translate(log, e);
        }
    }

    private static List<String> files(Path dir) {
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.filter(Files::isRegularFile).map(entry -> entry.getFileName().toString()).filter(name -> !name.startsWith("."))
                .sorted().toList();
        } catch (IOException e) {
            throw FileErrors.translate(dir, e);
        }
    }
}
