package lockstep.deploy.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

import lockstep.common.UserError;
import lockstep.common.text.NamedText;

/**
 * What was asked for: the command line, before a configuration file, before the defaults (which come later). Picocli reads {@code
 * --config} only as it parses, so
 * the merged options are a second parse of the same arguments, with the file as their default values.
 *
 * @param options merged
 * @param file whose values stand behind the command line's
 * @param fromFile options whose value is the file's
 * @param given options of the command line
 */
public record TrainRequest(TrainOptions options, Optional<Path> file, Set<String> fromFile, Map<String, String> given) {
    /** What a resumed run may do differently: none of it reaches the weights. */
    private static final Set<String> FREE_ON_RESUME =
        Set.of("--resume", "--threads", "--vector", "--recompute", "--stop-after", "--log-every", "--val-every", "--val-batches",
            "--sample-every", "--sample-tokens", "--checkpoint-every", "--keep", "--keep-major", "--keep-best", "--hellaswag",
            "--hellaswag-every", "--hellaswag-questions");

    /** What is this machine's matter: where things lie. Data are compared by checksum. */
    private static final Set<String> FREE_FOR_JOINERS = Set.of("--out", "--data", "--val-data", "--hellaswag");

    /**
     * Whether a resumed run may have another value, since it doesn't reach the weights.
     *
     * @param name of the option, without dashes
     */
    static boolean isFreeOnResume(String name) {
        return FREE_ON_RESUME.contains("--" + name);
    }

    /** @param typed the parsed command line of a command that has {@link TrainOptions} */
    public static TrainRequest of(ParseResult typed) {
        Map<String, String> given = given(typed);
        for (String option : given.keySet()) {
            Conflicts.partner(option, given.keySet()).ifPresent(partner -> {
                throw new UserError(option + ": found " + given.get(option) + " beside " + partner + " " + given.get(partner)
                    + ", expected one of the two");
            });
        }
        if (given.containsKey("--resume")) {
            return resumed(Path.of(given.get("--resume")), given);
        }
        Optional<Path> begun = FixedCommand.begunRun(given);
        if (begun.isPresent()) {
            return startedAgain(begun.get(), given);
        }
        if (given.containsKey("--config")) {
            Path file = Path.of(given.get("--config"));
            Map<String, String> behind = entries(file);
            behind.keySet().removeAll(Conflicts.displacedBy(given));
            return merged(given, file, behind);
        }
        return new TrainRequest(parse(given, Map.of()), Optional.empty(), Set.of(), given);
    }

    /** Names the file in an error that one of its values caused. */
    public UserError explained(UserError error) {
        String message = String.valueOf(error.getMessage());
        boolean fileValue = fromFile.stream().anyMatch(option -> message.startsWith(option + ":") || message.startsWith(option + " "));
        return fileValue ? new UserError(file.orElseThrow() + ": " + message.substring(2), error) : error;
    }

    /** Whether N processes are asked for. */
    public boolean wantsNodes() {
        return options.cluster.nodes.isPresent() && options.cluster.member.isEmpty();
    }

    /**
     * Whether this command may begin a run, or go on with one, where it finds none to join: it says something of that run, or has its directory, or it names nobody to join.
     */
    boolean mayBegin() {
        ClusterOptions cluster = options.cluster;
        boolean joins = cluster.join.isPresent() || cluster.kubernetesDns.isPresent();
        return !joins || options.run.resume.isPresent() || given.keySet().stream().anyMatch(TrainOptions::describesARun);
    }

    /**
     * The same command where another node has brought the run: its configuration, on this machine's terms.
     *
     * @param source who says so
     * @throws UserError when an option of this command says otherwise
     */
    TrainRequest adopting(String source, byte[] config) {
        Map<String, String> behind = new ConfigFile(source, config, new CommandLine(new TrainOptions()).getCommandSpec()).options();
        behind.remove("--threads");
        Map<String, String> here = FixedCommand.inWordsOf(source, behind, given);
        here.remove("--config");
        here.remove("--resume");
        behind.keySet().removeAll(Conflicts.displacedBy(free(here)));
        TrainRequest request = new TrainRequest(parse(here, behind), Optional.empty(), Set.of(), given);
        Map<String, Object> then = values(parse(Map.of(), behind));
        Map<String, Object> now = values(request.options());
        here.keySet().stream().filter(option -> !isFreeForJoiners(option)).forEach(option -> {
            if (!now.get(option).equals(then.get(option))) {
                throw new UserError(option + ": found " + given.get(option) + ", expected "
                    + behind.getOrDefault(option, "nothing") + " as in " + source + ": a node that joins takes the run's configuration");
            }
        });
        return request;
    }

    private static Map<String, String> free(Map<String, String> options) {
        Map<String, String> free = new LinkedHashMap<>(options);
        free.keySet().removeIf(option -> !isFreeForJoiners(option));
        return free;
    }

    private static boolean isFreeForJoiners(String option) {
        return FREE_ON_RESUME.contains(option) || FREE_FOR_JOINERS.contains(option) || TrainOptions.isOfOneStart(option.substring(2));
    }

    /** What a run's configuration file notes beside its options. */
    static JsonNode about(Path runDir) {
        return new ConfigFile(configFile("", runDir), new CommandLine(new TrainOptions()).getCommandSpec()).about();
    }

    /**
     * The same of a configuration that another node has sent.
     *
     * @param source who
     */
    static JsonNode about(String source, byte[] config) {
        return new ConfigFile(source, config, new CommandLine(new TrainOptions()).getCommandSpec()).about();
    }

    /** A run's command once more, on this machine, but for what is given. */
    static TrainRequest again(Path runDir, Map<String, String> given) {
        Path file = configFile("", runDir);
        Map<String, String> behind = entries(file);
        behind.remove("--threads");
        behind.keySet().removeAll(Conflicts.displacedBy(given));
        return merged(given, file, behind);
    }

    private static Path configFile(String option, Path runDir) {
        Path file = RunDirectory.configFile(runDir);
        if (!Files.isRegularFile(file)) {
            throw new UserError(option + runDir + ": found no config.json, expected the directory of a run");
        }
        return file;
    }

    private static TrainRequest resumed(Path runDir, Map<String, String> given) {
        Path file = configFile("--resume: ", runDir);
        Map<String, String> behind = entries(file);
        TrainOptions began = parse(Map.of(), behind);
        TrainRequest request = merged(given, file, behind);
        Map<String, Object> then = values(began);
        Map<String, Object> now = values(request.options());
        given.keySet().stream().filter(option -> !option.equals("--steps")) // which may change where the schedule allows it: see Lengthening
            .filter(option -> !FREE_ON_RESUME.contains(option) && !TrainOptions.isOfOneStart(option.substring(2)))
            .forEach(option -> {
                if (!now.get(option).equals(then.get(option))) {
                    String expected = behind.containsKey(option) ? behind.get(option) : "nothing";
                    throw new UserError(option + ": found " + given.get(option) + ", expected " + expected + " as in " + file
                        + ": a resumed run keeps its configuration");
                }
            });
        return request;
    }

    /** A node's command of before, where the directory that it names holds the run by now. */
    private static TrainRequest startedAgain(Path runDir, Map<String, String> given) {
        Map<String, String> command = new LinkedHashMap<>();
        if (given.containsKey("--config")) {
            command.putAll(entries(Path.of(given.get("--config"))));
            command.keySet().removeAll(Conflicts.displacedBy(given));
        }
        command.putAll(given);
        command.remove("--config");
        command.remove("--out");
        Path file = configFile("--out: ", runDir);
        TrainRequest request = resumed(runDir, withResume(runDir, FixedCommand.inWordsOf(file.toString(), entries(file), command)));
        return new TrainRequest(request.options, request.file, request.fromFile, given);
    }

    private static Map<String, String> withResume(Path runDir, Map<String, String> command) {
        Map<String, String> resuming = new LinkedHashMap<>(command);
        resuming.put("--resume", runDir.toString());
        return resuming;
    }

    private static TrainRequest merged(Map<String, String> given, Path file, Map<String, String> behind) {
        Set<String> fromFile = new java.util.TreeSet<>(behind.keySet());
        fromFile.removeAll(given.keySet());
        return new TrainRequest(parse(given, behind), Optional.of(file), fromFile, given);
    }

    private static Map<String, String> entries(Path file) {
        return new ConfigFile(file, new CommandLine(new TrainOptions()).getCommandSpec()).options();
    }

    private static Map<String, String> given(ParseResult typed) {
        Map<String, String> given = new LinkedHashMap<>();
        Set<String> known = values(new TrainOptions()).keySet();
        for (OptionSpec option : typed.matchedOptions()) {
            List<String> values = option.stringValues();
            if (!known.contains(option.longestName())) {
                continue;
            }
            if (values.size() > 1) {
                throw new UserError(option.longestName() + ": found " + String.join(" and ", values) + ", expected it once");
            }
            boolean isPath = option.auxiliaryTypes()[0] == Path.class || option.converters().length > 0;
            given.put(option.longestName(), isPath ? HomePath.expand(values.getFirst()) : values.getFirst());
        }
        return given;
    }

    private static TrainOptions parse(Map<String, String> given, Map<String, String> behind) {
        TrainOptions options = new TrainOptions();
        List<String> args = new ArrayList<>();
        given.forEach((option, value) -> args.add(option + "=" + value));
        new CommandLine(options).registerConverter(Path.class, new HomePath()).setExpandAtFiles(false).setTrimQuotes(false)
            .setInterpolateVariables(false)
            .setDefaultValueProvider(argument -> fileValue(argument, behind))
            .parseArgs(args.toArray(String[]::new));
        return options;
    }

    /** Null is picocli's word for no default. */
    private static String fileValue(ArgSpec argument, Map<String, String> behind) {
        return argument instanceof OptionSpec option ? behind.get(option.longestName()) : null;
    }

    /** Values by option, relative paths made absolute, as a configuration file has them, and names of texts as they are. */
    private static Map<String, Object> values(TrainOptions options) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (OptionSpec option : new CommandLine(options).getCommandSpec().options()) {
            Optional<?> value = option.getValue();
            values.put(option.longestName(),
                value.map(
                    v -> v instanceof Path path && NamedText.named(path.toString()).isEmpty() ? path.toAbsolutePath().normalize() : v));
        }
        return values;
    }
}
