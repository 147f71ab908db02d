package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.format.ModelFile;
import lockstep.common.format.Sha256;
import lockstep.deploy.model.StoredModel;

/**
 * The given weights that a run started from, by checksum: the configuration names a path, and what lies there may be something else tomorrow.
 *
 * @param path as it was given
 * @param file of the weights that the path led to
 * @param weightsSha256 of the parameters in fp32, as a checkpoint has it of its own
 * @param state of the optimizer, where that was given too
 */
record RunOrigin(String path, String file, String weightsSha256, Optional<State> state) {
    private static final String FIELD = "startedFrom";
    private static final String WEIGHTS = "weightsSha256";
    private static final String STATE = "optimizerState";
    private static final String STATE_SHA256 = "optimizerStateSha256";

    /** What a user can do where weights, or the optimizer's state, are others: the end of an error. */
    record Remedy(String weights, String state) {
        static final Remedy NONE = new Remedy("", "");
    }

    /** @param sha256 of the whole file */
    record State(String file, String sha256) {}

    /**
     * The weights, read from the file that the path led to when this was noted: by now it may lead elsewhere.
     *
     * @throws UserError when that file holds others by now
     */
    float[] weights() {
        float[] weights = StoredModel.find(Path.of(file)).weights(0);
        requireSame(path, "weights", weightsSha256, ModelFile.weightsSha256(weights), file);
        return weights;
    }

    /** @throws UserError when the optimizer's state is another by now */
    void requireState() {
        state.ifPresent(some -> requireSame(path, "optimizer state", some.sha256, Sha256.of(Path.of(some.file)), some.file));
    }

    /** What a run's configuration notes of it; nothing where it notes none. */
    static Optional<RunOrigin> noted(JsonNode about) {
        JsonNode from = about.path(FIELD);
        if (from.isMissingNode()) {
            return Optional.empty();
        }
        Optional<State> state = from.has(STATE_SHA256)
            ? Optional.of(new State(from.path(STATE).asText(), from.path(STATE_SHA256).asText()))
            : Optional.empty();
        return Optional.of(new RunOrigin(from.path("path").asText(), from.path("file").asText(), from.path(WEIGHTS).asText(), state));
    }

    void note(Map<String, Object> about) {
        Map<String, Object> from = new LinkedHashMap<>();
        from.put("path", path);
        from.put("file", file);
        from.put(WEIGHTS, weightsSha256);
        state.ifPresent(some -> {
            from.put(STATE, some.file());
            from.put(STATE_SHA256, some.sha256());
        });
        about.put(FIELD, from);
    }

    /** What decides the bits of it, wherever it lies. */
    String identity() {
        return weightsSha256 + state.map(some -> " " + some.sha256()).orElse("");
    }

    /**
     * @param source who says so, for the error
     * @param found what lies there now
     * @param remedy what the user can do
     * @throws UserError when that is not what the run started from
     */
    void requireSame(String source, RunOrigin found, Remedy remedy) {
        requireSame(source, "weights", weightsSha256, found.weightsSha256(), found.file() + remedy.weights());
        requireSame(source, "optimizer state", sha256(state), sha256(found.state()),
            found.state().map(State::file).orElse("no file") + remedy.state());
    }

    private static String sha256(Optional<State> state) {
        return state.map(State::sha256).orElse("none");
    }

    private static void requireSame(String source, String what, String expected, String found, String where) {
        if (!expected.equals(found)) {
            throw new UserError(source + ": " + FIELD + ": found " + what + " of sha256 " + found + ", expected " + expected
                + ", from which the run started, in " + where);
        }
    }
}
