package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.coordinator.transfer.DataFetch;
import lockstep.deploy.console.Terminal;

/**
 * The data of a run that another node has brought: found here, or taken from there, in any case with the run's checksums. Fetched data lie in a directory with a lock of its own: the lock of the run's directory
 * belongs to the node that leads, which may see the same disk.
 */
final class JoinedData {
    private final Resolver resolver;
    private final JsonNode expected;
    private final Consumer<Path> fetch;
    private final Terminal terminal;

    /**
     * @param expected what the run notes of its data
     * @param fetch fills a directory with the data of the node that brought the run, named as {@link DataFetch} has it
     */
    JoinedData(Resolver resolver, JsonNode expected, Consumer<Path> fetch, Terminal terminal) {
        this.resolver = resolver;
        this.expected = expected;
        this.fetch = fetch;
        this.terminal = terminal;
    }

    /**
     * @param theirs the run's directory on the machine of the node that brought it
     * @param home this node's
     */
    RunData open(Path theirs, RunHome home) {
        DataChoice.Shards named = new TextShards(RunDirectory.data(theirs), terminal).find(resolver.what(), resolver.plan());
        return tried(named, "left alone").orElseGet(() -> fetched(home));
    }

    /** Takes the first of several directories in which no other process fetches at the moment: two processes may share a disk and lack the same data. */
    private RunData fetched(RunHome home) {
        home.claim();
        for (int number = 1;; number++) {
            Path directory = RunDirectory.data(home.path());
            Optional<RunData> data = fetched(number == 1 ? directory : directory.resolveSibling(directory.getFileName() + "-" + number));
            if (data.isPresent()) {
                return data.get();
            }
        }
    }

    /** Returns nothing when another process fetches into that directory. */
    private Optional<RunData> fetched(Path directory) {
        DataChoice.Shards shards = shards(directory);
        try {
            Files.createDirectories(directory);
            Optional<RunLock> lock = RunLock.tryTake(directory);
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            try (RunLock _ = lock.get()) {
                return tried(shards, "fetched anew").or(() -> Optional.of(taken(directory, shards)));
            }
        } catch (IOException e) {
            throw FileErrors.translate(directory, e);
        }
    }

    private RunData taken(Path directory, DataChoice.Shards shards) {
        fetch.accept(directory);
        RunData data = RunData.open(shards, resolver.what(), resolver.plan());
        Optional<String> difference = difference(data);
        if (difference.isPresent()) {
            data.close();
            throw new UserError(
                "--data: " + shards.pattern() + ": " + difference.get() + ": what the other node gave is not the run's data");
        }
        return data;
    }

    private DataChoice.Shards shards(Path directory) {
        return TextShards.fetched(directory, expected.has("valSha256"));
    }

    /**
     * What lies there, where it is the run's data.
     *
     * @param otherwise what becomes of other data, in words
     */
    private Optional<RunData> tried(DataChoice.Shards shards, String otherwise) {
        RunData data;
        try {
            data = RunData.open(shards, resolver.what(), resolver.plan());
        } catch (UserError e) {
            return Optional.empty(); // not there, or damaged
        }
        Optional<String> difference = difference(data);
        if (difference.isPresent()) {
            terminal.warning("lockstep: " + shards.pattern() + ": " + difference.get() + ": " + otherwise);
            data.close();
            return Optional.empty();
        }
        return Optional.of(data);
    }

    private Optional<String> difference(RunData data) {
        Map<String, Object> here = data.about();
        for (String field : List.of("trainSha256", "valSha256")) {
            String is = String.valueOf(here.getOrDefault(field, ""));
            String wanted = expected.path(field).asText();
            if (!wanted.equals(is)) {
                return Optional
                    .of("found " + field + " " + (is.isEmpty() ? "none" : is) + ", expected " + wanted + " as in the cluster's run");
            }
        }
        return Optional.empty();
    }
}
