package lockstep.common.text;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;

/**
 * A directory beside the targets where files grow until all of them are whole: shards of half a corpus would look like a corpus. What a
 * dead process has left
 * behind is removed when the next one starts.
 */
final class StagedDirectory implements AutoCloseable {
    private final Path target;
    private final Path staged;

    private StagedDirectory(Path target, Path staged) {
        this.target = target;
        this.staged = staged;
    }

    /** @param name of what is written; two jobs of different names don't meet */
    static StagedDirectory create(Path target, String name) throws IOException {
        try {
            Files.createDirectories(target);
        } catch (FileAlreadyExistsException e) {
            throw new UserError(target + ": is a file; expected a directory for the shards, or none yet", e);
        }
        String prefix = ".tmp-" + name + "-";
        for (Path leftover : children(target)) {
            if (isOfDeadProcess(leftover.getFileName().toString(), prefix)) {
                deleteWithFiles(leftover);
            }
        }
        return new StagedDirectory(target, Files.createTempDirectory(target, prefix + ProcessHandle.current().pid() + "-"));
    }

    Path path() {
        return staged;
    }

    /** Moves files from here to the target: all, or none where one is there already. */
    List<Path> publish(List<Path> files) throws IOException {
        List<Path> targets = files.stream().map(file -> target.resolve(file.getFileName())).toList();
        for (Path path : targets) {
            requireAbsent(path);
        }
        List<Path> moved = new ArrayList<>();
        try {
            for (int i = 0; i < files.size(); i++) {
                Files.move(files.get(i), targets.get(i), StandardCopyOption.ATOMIC_MOVE);
                moved.add(targets.get(i));
            }
            DurableFile.syncDirectory(target);
        } catch (IOException | RuntimeException e) {
            for (Path path : moved) {
                Files.deleteIfExists(path);
            }
            throw e;
        }
        return targets;
    }

    /** Moves the shards of both parts of a corpus of which there is nothing else to say. */
    CorpusResult publish(CorpusSplit train, CorpusSplit validation) throws IOException {
        return publish(new CorpusResult(train, validation, SkippedFiles.NONE, "", List.of()));
    }

    /** Moves the shards of both parts. */
    CorpusResult publish(CorpusResult written) throws IOException {
        CorpusSplit train = written.train();
        CorpusSplit validation = written.validation();
        List<Path> all = new ArrayList<>(train.shards());
        all.addAll(validation.shards());
        List<Path> published = publish(all);
        int trainShards = train.shards().size();
        return new CorpusResult(withShards(train, published.subList(0, trainShards)),
            withShards(validation, published.subList(trainShards, published.size())), written.skipped(), written.skippedExamples(),
            written.notes());
    }

    private static CorpusSplit withShards(CorpusSplit split, List<Path> shards) {
        return new CorpusSplit(shards, split.tokens(), split.bytes(), split.documents(), split.longestBytes());
    }

    static void requireAbsent(Path path) {
        if (Files.exists(path)) {
            throw new UserError(path + ": exists already and is not overwritten; remove it or choose another directory or name");
        }
    }

    @Override
    public void close() throws IOException {
        deleteWithFiles(staged);
    }

    private static boolean isOfDeadProcess(String fileName, String prefix) {
        if (!fileName.startsWith(prefix)) {
            return false;
        }
        String pid = fileName.substring(prefix.length()).replaceFirst("-.*", "");
        return pid.matches("\\d{1,10}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    private static void deleteWithFiles(Path directory) throws IOException {
        for (Path file : children(directory)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> stream = Files.list(directory)) {
            return stream.sorted().toList();
        }
    }
}
