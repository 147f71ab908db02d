package lockstep.deploy.train;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.coordinator.transfer.DataFetch;
import lockstep.deploy.console.Terminal;

/** The data of a run that another node has brought: found here, or taken from there, in any case with the run's checksums. */
final class JoinedData {
    private static final int PERCENT_A_LINE = 10;

    private final Resolver resolver;
    private final JsonNode expected;
    private final ClusterNode node;
    private final Terminal terminal;

    /** @param expected what the run notes of its data */
    JoinedData(Resolver resolver, JsonNode expected, ClusterNode node, Terminal terminal) {
        this.resolver = resolver;
        this.expected = expected;
        this.node = node;
        this.terminal = terminal;
    }

    /**
     * @param theirs the run's directory on the machine of the node that brought it
     * @param home this node's
     */
    RunData open(Path theirs, RunHome home) {
        DataChoice.Shards named = new TextShards(theirs.resolve("data"), terminal).find(resolver.what(), resolver.plan());
        DataChoice.Shards fetched = fetched(home.path().resolve("data"));
        return tried(named).or(() -> tried(fetched)).orElseGet(() -> {
            fetch(home);
            RunData data = RunData.open(fetched, resolver.what(), resolver.plan());
            Optional<String> difference = difference(data);
            if (difference.isPresent()) {
                data.close();
                throw new UserError(
                    "--data: " + fetched.pattern() + ": " + difference.get() + ": what the other node gave is not the run's data");
            }
            return data;
        });
    }

    private DataChoice.Shards fetched(Path directory) {
        Optional<String> validation = expected.has("valSha256")
            ? Optional.of(directory + File.separator + DataFetch.VALIDATION)
            : Optional.empty();
        return new DataChoice.Shards(directory + File.separator + DataFetch.TRAINING, validation);
    }

    /** What lies there, where it is the run's data. */
    private Optional<RunData> tried(DataChoice.Shards shards) {
        RunData data;
        try {
            data = RunData.open(shards, resolver.what(), resolver.plan());
        } catch (UserError e) {
            return Optional.empty(); // not there, or damaged
        }
        Optional<String> difference = difference(data);
        if (difference.isPresent()) {
            terminal.warning("lockstep: " + shards.pattern() + ": " + difference.get() + ": left alone");
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

    /** The directory becomes the run's, so that a later start finds the data again. */
    private void fetch(RunHome home) {
        try (home) {
            Path directory = home.take().data();
            terminal.line("taking the run's data from " + node.run().orElseThrow().peer().address() + " into " + directory);
            new DataFetch(node.endpoint(), node.run().orElseThrow().peer(), percent -> {
                if (percent % PERCENT_A_LINE == 0) {
                    terminal.line("data: " + percent + " %");
                }
            }).into(directory);
        }
    }
}
