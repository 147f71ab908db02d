package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.coordinator.agree.RunOffer;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.transfer.DataFetch;
import lockstep.deploy.console.Terminal;
import lockstep.node.train.MemoryPlan;

/**
 * A run that another node has brought, as this one takes part in it: its configuration, the same data from this machine, and a directory for the day that this node leads.
 *
 * @param memory that it takes here
 * @param data open
 * @param exam questions for the day that this node leads
 */
record JoinedRun(RunConfig config, MemoryPlan memory, RunData data, RunHome home, Optional<RunOrigin> origin, Optional<Exam> exam) {
    private static final int PERCENT_A_LINE = 10;

    /**
     * @throws UserError when this command, this build or this machine's data are not the run's; it names the difference
     */
    static JoinedRun of(TrainRequest request, ClusterNode node, String version, Terminal terminal) {
        RunOffer.Found found = node.run().orElseThrow();
        String source = "the run of " + found.peer().address();
        JsonNode about = TrainRequest.about(source, found.configuration());
        requireSameVersion(source, RunAbout.lockstep(about), version);
        RunAbout.warnOfOtherJdk(source, about, terminal);
        TrainOptions options = request.adopting(source, found.configuration()).options();
        Resolver resolver = new Resolver(options);
        Optional<RunOrigin> origin = ReadOrigin.of(resolver.what().model(), Optional.empty()).map(ReadOrigin::origin);
        RunOrigin.noted(about)
            .ifPresent(theirs -> origin.ifPresent(ours -> theirs.requireSame(source, ours, RunOrigin.Remedy.NONE)));
        MemoryPlan memory = Composition.memory(resolver, true);
        Path directory = Path.of(about.path("directory").asText());
        RunHome home = home(request.given(), directory, found.configuration());
        RunData data =
            new JoinedData(resolver, about.path("data"), into -> fetch(found.peer(), node, into, terminal), terminal).open(directory, home);
        RunConfig config = resolver.resolve(data.batches().tokensPerEpoch(), data.firstShard());
        return new JoinedRun(config, memory, data, home, origin, resolver.exam());
    }

    private static void fetch(Peer peer, ClusterNode node, Path into, Terminal terminal) {
        terminal.line("taking the run's data from " + peer.address() + " into " + into);
        new DataFetch(node.endpoint(), peer, percent -> {
            if (percent % PERCENT_A_LINE == 0) {
                terminal.line("data: " + percent + " %");
            }
        }).into(into);
    }

    private static void requireSameVersion(String source, String theirs, String ours) {
        if (!theirs.equals(ours)) {
            throw new UserError(
                "--join: this node runs " + ours + ", expected " + theirs + " as in " + source + ": all nodes must run the same build");
        }
    }

    /**
     * The directory that the command names, else the run's own where it is on this machine too, else one of this node's own.
     *
     * @throws UserError when the command names one that holds something else
     */
    static RunHome home(Map<String, String> given, Path theirs, byte[] config) {
        Optional<String> named = Stream.of("--out", "--resume").filter(given::containsKey).findFirst();
        if (named.isPresent()) {
            return RunHome.later(named.get(), Path.of(given.get(named.get())).toAbsolutePath().normalize(), config);
        }
        return RunHome.isOf(theirs, config)
            ? RunHome.later(theirs, config)
            : RunHome.laterBelow(Path.of("runs").toAbsolutePath().normalize(), theirs.getFileName(), config);
    }
}
