package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import lockstep.common.ShellWord;
import lockstep.common.UserError;
import lockstep.common.filekind.FileKind;
import lockstep.common.format.FileDescription;
import lockstep.common.format.FileErrors;
import lockstep.common.format.FileNames;
import lockstep.common.format.ForeignFile;

/** Says what lies in a directory that was given as a model and is none, and what its user can do. */
final class ForeignDirectory {
    private static final int SHOWN = 3;

    private final Path directory;
    private final List<Path> entries;

    private ForeignDirectory(Path directory, List<Path> entries) {
        this.directory = directory;
        this.entries = entries;
    }

    static UserError error(Path directory) {
        try (Stream<Path> list = Files.list(directory)) {
            return new ForeignDirectory(directory, FileNames.sorted(list)).error();
        } catch (IOException e) {
            return FileErrors.translate(directory, e);
        }
    }

    private UserError error() {
        if (entries.isEmpty()) {
            return found("nothing", "the directory is empty");
        }
        if (Files.exists(directory.resolve("adapter_config.json"))) {
            return found("an adapter",
                "merge it into its model with peft's merge_and_unload(), then save_pretrained into another directory");
        }
        if (Files.exists(directory.resolve("metrics.jsonl")) || Files.exists(directory.resolve("main.log"))) {
            return found("a run with no complete checkpoint",
                "wait for its first one, or go on with ./lockstep train --resume " + ShellWord.of(directory));
        }
        return below().or(this::weights).orElseGet(() -> found(names(entries),
            Files.exists(directory.resolve("config.json"))
                ? "model.safetensors is missing beside config.json"
                : "none of these is a model that Lockstep reads"));
    }

    /** Models and checkpoints in directories below this one. */
    private Optional<UserError> below() {
        List<Path> models = entries.stream().filter(Files::isDirectory).filter(ForeignDirectory::isModel).toList();
        Path snapshots = directory.resolve("snapshots");
        if (models.isEmpty() && Files.isDirectory(snapshots)) {
            return Optional.of(found("a cache of Hugging Face", "give a directory below " + snapshots));
        }
        return models.isEmpty()
            ? Optional.empty()
            : Optional.of(found("models below it: " + names(models), "give one of these, such as " + models.getLast()));
    }

    private static boolean isModel(Path path) {
        return ModelSource.isOurs(path)
            || Stream.of("model.safetensors", "model.safetensors.index.json").anyMatch(name -> Files.exists(path.resolve(name)));
    }

    /** A file that holds weights or tokens in some form. */
    private Optional<UserError> weights() {
        for (Path file : entries.stream().filter(Files::isRegularFile).toList()) {
            if (file.getFileName().toString().endsWith(".safetensors")) {
                return Optional.of(found(file.getFileName().toString(),
                    "give that file, or name it model.safetensors; one of several needs model.safetensors.index.json"));
            }
        }
        return first(family -> family == FileKind.Family.TENSORS || family == FileKind.Family.TOKENS || family == FileKind.Family.POINTER)
            .flatMap(file -> ForeignFile.error(file, ForeignFile.Wanted.MODEL));
    }

    private Optional<Path> first(Predicate<FileKind.Family> family) {
        return entries.stream().filter(Files::isRegularFile).filter(file -> {
            try {
                return ForeignFile.kind(file).map(FileKind::family).filter(family).isPresent();
            } catch (IOException e) {
                return false;
            }
        }).findFirst().or(() -> entries.stream().filter(Files::isRegularFile)
            .filter(file -> file.getFileName().toString().matches(".*\\.(onnx|msgpack|index|pb)")).findFirst());
    }

    private static String names(List<Path> paths) {
        List<String> names = paths.stream().limit(SHOWN).map(path -> path.getFileName().toString()).toList();
        return String.join(", ", names) + (paths.size() > SHOWN ? " and " + (paths.size() - SHOWN) + " more" : "");
    }

    private UserError found(String found, String advice) {
        return new UserError(FileDescription.printable(directory + ": content: found " + found
            + ", expected a complete checkpoint, a run with one, or model.safetensors with config.json: " + advice));
    }
}
