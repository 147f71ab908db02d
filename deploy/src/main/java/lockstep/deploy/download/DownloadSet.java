package lockstep.deploy.download;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.common.format.Sha256;
import lockstep.common.text.ProgressListener;

/**
 * Fetches several files of one place, some at a time. Their SHA-256 go into {@value #LIST} beside them, as sha256sum writes it: a second download, or one from a mirror, has to have the same. Nobody publishes checksums of
 * these files, so the first download is believed as far as the server's own word and {@code check} go.
 */
public final class DownloadSet {
    public static final String LIST = "SHA256SUMS";

    private final Download download;
    private final int parallel;
    private final Path directory;
    private final Consumer<Path> check;
    private final Map<String, String> checksums = new TreeMap<>();

    /** @param source where it is said what the file must be; nothing where it is there already */
    private record Wanted(Path target, Optional<KnownFile> expected, URI source) {}

    /**
     * @param parallel how many files at a time
     * @param directory where they go; made if it isn't there
     * @param check of a file that is there, or has come; throws what a user should read
     */
    public DownloadSet(Deadlines deadlines, int parallel, Path directory, Consumer<Path> check) {
        this.download = new Download(deadlines);
        this.parallel = parallel;
        this.directory = directory;
        this.check = check;
    }

    /**
     * @param base ends with a slash
     * @throws UserError of the first file that can't be had, or is another one; what is there stays, and parts are continued by the next call
     */
    public void fetch(URI base, List<String> names, ProgressListener listener) {
        readList();
        ExecutorService threads = Executors.newFixedThreadPool(parallel, Thread.ofPlatform().daemon().name("download-", 0).factory());
        try {
            List<Wanted> wanted = all(threads, names.stream().<Callable<Wanted>>map(name -> () -> wanted(base, name)).toList());
            Progress progress = new Progress(wanted, listener);
            List<Callable<Path>> fetches = new ArrayList<>();
            for (int i = 0; i < wanted.size(); i++) {
                int index = i;
                fetches.add(() -> fetch(wanted.get(index), (done, _) -> progress.at(index, done)));
            }
            all(threads, fetches);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> List<T> all(ExecutorService threads, List<Callable<T>> tasks) {
        List<Future<T>> futures = tasks.stream().map(threads::submit).toList();
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("the download was interrupted; the same command again goes on from there", e);
        }
    }

    private Wanted wanted(URI base, String name) {
        Path target = directory.resolve(name);
        URI source = base.resolve(name);
        if (Files.exists(target)) {
            return new Wanted(target, Optional.empty(), source);
        }
        KnownFile announced = download.announced(source);
        return new Wanted(target, Optional.of(new KnownFile(announced.bytes(), listed(name).or(announced::sha256))), source);
    }

    private Path fetch(Wanted wanted, ProgressListener listener) {
        if (wanted.expected().isEmpty()) {
            check.accept(wanted.target());
        } else {
            download.fetch(wanted.source(), wanted.expected().get(), wanted.target(), listener);
            requireRight(wanted);
        }
        record(wanted.target(), Sha256.of(wanted.target()));
        return wanted.target();
    }

    /** What came and is of no use goes again: it would stand in the way of the right one. */
    private void requireRight(Wanted wanted) {
        try {
            check.accept(wanted.target());
        } catch (UserError e) {
            try {
                Files.delete(wanted.target());
            } catch (IOException failure) {
                throw FileErrors.translate(wanted.target(), failure);
            }
            throw new UserError(wanted.source() + ": is not the expected file, and was removed again: " + e.getMessage(), e);
        }
    }

    private synchronized Optional<String> listed(String name) {
        return Optional.ofNullable(checksums.get(name));
    }

    private synchronized void record(Path file, String found) {
        String name = String.valueOf(file.getFileName());
        String before = checksums.putIfAbsent(name, found);
        if (before != null && !before.equals(found)) {
            throw new UserError(file + ": sha256: found " + found + ", expected " + before + " as in " + directory.resolve(LIST)
                + "; remove the file to have it again");
        }
        if (before == null) {
            String text = checksums.entrySet().stream().map(entry -> entry.getValue() + "  " + entry.getKey() + "\n")
                .collect(Collectors.joining());
            DurableFile.replace(directory.resolve(LIST), DurableFile.content(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private synchronized void readList() {
        Path list = directory.resolve(LIST);
        if (!Files.exists(list)) {
            return;
        }
        try {
            for (String line : Files.readAllLines(list)) {
                if (!line.matches("[0-9a-f]{64}  [^/\\\\]+")) {
                    throw new UserError(list + ": found \"" + line + "\", expected a SHA-256, two blanks and a name");
                }
                checksums.put(line.substring(66), line.substring(0, 64));
            }
        } catch (IOException e) {
            throw FileErrors.translate(list, e);
        }
    }

    /** Of all files together; told by several threads. */
    private static final class Progress {
        private final long[] done;
        private final long totalBytes;
        private final ProgressListener listener;

        Progress(List<Wanted> wanted, ProgressListener listener) {
            this.done = new long[wanted.size()];
            this.totalBytes = wanted.stream().flatMap(one -> one.expected().stream()).mapToLong(KnownFile::bytes).sum();
            this.listener = listener;
        }

        synchronized void at(int index, long bytes) {
            done[index] = bytes;
            listener.progress(Arrays.stream(done).sum(), totalBytes);
        }
    }
}
