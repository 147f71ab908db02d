package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What makes two nodes' runs the same: everything that decides the bits, by a hash. */
final class RunIdentity {
    /** Where things lie, and what a node computes with. */
    private static final List<String> OF_A_MACHINE =
        List.of("data", "val-data", "text", "field", "bad-lines", "delimiter", "model", "optimizer-state", "threads", "recompute",
            "log-every", "hellaswag");

    private static final ObjectMapper JSON = new ObjectMapper();

    private RunIdentity() {}

    /**
     * Whether two configurations lead to the same bits, as far as they note: version, options that decide them, model, data and given weights by checksum. Where, when and on what machine they were written doesn't matter.
     *
     * @param one as config.json has it, and as nodes tell each other
     */
    static boolean same(byte[] one, byte[] other) {
        return Arrays.equals(one, other) || noted(one).isPresent() && noted(one).equals(noted(other));
    }

    private static Optional<List<JsonNode>> noted(byte[] config) {
        try {
            if (!(JSON.readTree(config) instanceof ObjectNode options) || !options.path(ConfigFile.ABOUT).isObject()) {
                return Optional.empty();
            }
            JsonNode about = options.remove(ConfigFile.ABOUT);
            options.remove(OF_A_MACHINE);
            JsonNode data = about.path("data");
            return Optional
                .of(List.of(about.path("lockstep"), options, about.path("model"), data.path("trainSha256"), data.path("valSha256"),
                    JSON.valueToTree(RunOrigin.noted(about).map(RunOrigin::identity).orElse(""))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * @param origin the given weights that it started from
     * @param version of Lockstep, since another one may compute other bits
     */
    static String of(RunConfig config, RunData data, Optional<RunOrigin> origin, String version) {
        Map<String, Object> options = ConfigJson.options(config);
        OF_A_MACHINE.forEach(options::remove);
        String text = version + "\n" + config.what().shape() + "\n" + options + "\n" + data.about().get("trainSha256")
            + origin.map(from -> "\n" + from.identity()).orElse("");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
