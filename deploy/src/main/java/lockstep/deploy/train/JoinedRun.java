package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.coordinator.agree.RunOffer;
import lockstep.deploy.console.Terminal;
import lockstep.node.train.MemoryPlan;

/**
 * A run that another node has brought, as this one takes part in it: its configuration, the same data from this machine, and a directory for the day that this node leads.
 *
 * @param memory that it takes here
 * @param data open
 */
record JoinedRun(RunConfig config, MemoryPlan memory, RunData data, RunHome home) {
    /**
     * @throws UserError when this command, this build or this machine's data are not the run's; it names the difference
     */
    static JoinedRun of(TrainRequest request, ClusterNode node, String version, Terminal terminal) {
        RunOffer.Found found = node.run().orElseThrow();
        String source = "the run of " + found.peer().address();
        JsonNode about = new ConfigFile(source, found.configuration(), new CommandLine(new TrainOptions()).getCommandSpec()).about();
        requireSameVersion(source, about.path("lockstep").asText(), version);
        TrainOptions options = request.adopting(source, found.configuration()).options();
        Resolver resolver = new Resolver(options);
        MemoryPlan memory = Composition.memory(resolver, true);
        Path directory = Path.of(about.path("directory").asText());
        RunHome home = home(options, directory, found.configuration());
        RunData data = data(resolver, directory, terminal, about);
        RunConfig config = resolver.resolve(data.batches().tokensPerEpoch(), data.firstShard());
        return new JoinedRun(config, memory, data, home);
    }

    private static void requireSameVersion(String source, String theirs, String ours) {
        if (!theirs.equals(ours)) {
            throw new UserError(
                "--join: this is Lockstep " + ours + ", expected " + theirs + " as in " + source + ": all nodes must run the same build");
        }
    }

    private static RunHome home(TrainOptions options, Path theirs, byte[] config) {
        Path path = options.run.out.map(out -> out.toAbsolutePath().normalize()).orElseGet(
            () -> java.nio.file.Files.exists(theirs) ? theirs : Path.of("runs").resolve(theirs.getFileName()).toAbsolutePath().normalize());
        return RunHome.later(path, config);
    }

    private static RunData data(Resolver resolver, Path theirs, Terminal terminal, JsonNode about) {
        DataChoice.Shards shards = new TextShards(theirs.resolve("data"), terminal).find(resolver.what(), resolver.plan());
        RunData data = RunData.open(shards, resolver.what(), resolver.plan());
        Map<String, Object> here = data.about();
        for (String field : List.of("trainSha256", "valSha256")) {
            String expected = about.path("data").path(field).asText();
            Optional<Object> is = Optional.ofNullable(here.get(field));
            if (!expected.equals(is.map(String::valueOf).orElse(""))) {
                data.close();
                throw new UserError("--data: " + shards.pattern() + ": found " + field + " " + is.orElse("none") + ", expected " + expected
                    + " as in the run of the other nodes");
            }
        }
        return data;
    }
}
