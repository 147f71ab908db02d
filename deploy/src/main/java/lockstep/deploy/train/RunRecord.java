package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/**
 * A run as a configuration tells it, by which a node knows the run's directory again. Bytes won't do: threads, cadences and versions differ from start to start, and from release to release. A field that only one
 * of two configurations has is no difference: another release wrote it. The build that is noted is no difference either, since a run may go on with another one; what tells two runs of one command and two builds apart is the
 * run's id.
 *
 * @param notesARun whether there are notes at all, as every run has them
 * @param runId drawn when the run began; empty where an older release began it
 * @param beganIn the directory that the run began in, which stays when it is moved or resumed elsewhere
 * @param bits what reaches the weights, by name
 * @param lengths the number of steps, and those that the run had before it was given more
 */
record RunRecord(boolean notesARun, String runId, String beganIn, Map<String, String> bits, List<String> lengths) {
    /** Of the notes: what no other run has, be it begun by the same command in the same directory. */
    private static final String RUN_ID = "runId";
    /** Of the notes: where the run began. Releases that don't write it note the directory alone. */
    private static final String BEGAN_IN = "beganIn";
    /** Of the notes: numbers of steps that the run had before. */
    static final String STEPS_BEFORE = "stepsBefore";
    private static final String STEPS = "steps";
    private static final List<String> OF_THE_DATA = List.of("trainSha256");
    private static final List<String> OF_THE_ORIGIN = List.of("weightsSha256", "optimizerStateSha256");

    /** Whether two configurations are of one run, whatever else they note. */
    static boolean same(byte[] one, byte[] other) {
        if (Arrays.equals(one, other)) {
            return true;
        }
        try {
            return of("one", one).isOf(of("another", other));
        } catch (UserError e) {
            return false; // what can't be read is no run's
        }
    }

    static RunRecord of(String source, byte[] config) {
        return of(new ConfigFile(source, config, new CommandLine(new TrainOptions()).getCommandSpec()).root());
    }

    /** @throws UserError when the file can't be read */
    static RunRecord of(Path runDir) {
        Path file = RunDirectory.configFile(runDir);
        try {
            return of(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    private static RunRecord of(JsonNode config) {
        JsonNode about = config.path(ConfigFile.ABOUT);
        Map<String, String> bits = new TreeMap<>();
        config.properties().forEach(field -> {
            if (RunIdentity.reachesTheBits(field.getKey()) && !field.getKey().equals(STEPS)) {
                bits.put(field.getKey(), field.getValue().asText());
            }
        });
        about.path("model").properties().forEach(field -> bits.put("model " + field.getKey(), field.getValue().asText()));
        noted(about.path("data"), OF_THE_DATA, bits);
        noted(about.path("startedFrom"), OF_THE_ORIGIN, bits);
        List<String> lengths = new ArrayList<>(List.of(config.path(STEPS).asText()));
        about.path(STEPS_BEFORE).forEach(steps -> lengths.add(steps.asText()));
        return new RunRecord(about.isObject(), about.path(RUN_ID).asText(),
            about.path(about.has(BEGAN_IN) ? BEGAN_IN : "directory").asText(), bits, lengths);
    }

    private static void noted(JsonNode from, List<String> fields, Map<String, String> bits) {
        fields.stream().filter(from::has).forEach(field -> bits.put(field, from.path(field).asText()));
    }

    /** Whether both tell of one run. One of them may be older, from before the run was given more steps. */
    boolean isOf(RunRecord other) {
        return notesARun && other.notesARun && beganAs(other) && lengths.stream().anyMatch(other.lengths::contains)
            && bits.entrySet().stream()
                .allMatch(field -> other.bits.getOrDefault(field.getKey(), field.getValue()).equals(field.getValue()));
    }

    /** A run that has an id has had it from its beginning. Of two without one the directories are compared. */
    private boolean beganAs(RunRecord other) {
        boolean haveNoId = runId.isEmpty() && other.runId.isEmpty();
        return haveNoId ? beganIn.isEmpty() || other.beganIn.isEmpty() || beganIn.equals(other.beganIn) : runId.equals(other.runId);
    }

    /** What the configuration of a run notes of its beginning, which is now. */
    static Map<String, Object> begins(Path runDir) {
        Map<String, Object> beginning = new LinkedHashMap<>();
        beginning.put(RUN_ID, UUID.randomUUID().toString());
        beginning.put(BEGAN_IN, runDir.toString());
        return beginning;
    }

    /**
     * What the run's configuration notes of its past from now on.
     *
     * @param steps that it has from now on
     */
    Map<String, Object> history(int steps) {
        Map<String, Object> history = new LinkedHashMap<>();
        if (!runId.isEmpty()) {
            history.put(RUN_ID, runId);
        }
        history.put(BEGAN_IN, beganIn);
        List<Integer> before = lengths.stream().map(Integer::valueOf).filter(length -> length != steps).toList();
        if (!before.isEmpty()) {
            history.put(STEPS_BEFORE, before);
        }
        return history;
    }

    /** Steps of the whole run. */
    String steps() {
        return lengths.getFirst();
    }

    /** Whether another record of the run is from before its number of steps became what it is here. */
    boolean isLaterThan(RunRecord other) {
        return !steps().equals(other.steps()) && lengths.contains(other.steps());
    }
}
