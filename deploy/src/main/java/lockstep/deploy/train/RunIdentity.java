package lockstep.deploy.train;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What makes two nodes' runs the same: everything that decides the bits, by a hash. */
final class RunIdentity {
    /** Where things lie. What may differ from node to node beside that is what a resumed run may do differently. */
    private static final List<String> OF_A_MACHINE =
        List.of("data", "val-data", "text", "field", "bad-lines", "delimiter", "json-as", "model", "optimizer-state");

    private RunIdentity() {}

    /**
     * Whether an option decides the bits. One that doesn't may differ between nodes, and between two starts of a run.
     *
     * @param name of an option or of a field of a configuration, without dashes
     */
    static boolean reachesTheBits(String name) {
        return !name.equals(ConfigFile.ABOUT) && !OF_A_MACHINE.contains(name) && !TrainRequest.isFreeOnResume(name);
    }

    /**
     * A hash of all that.
     *
     * @param origin the given weights that it started from
     * @param version of Lockstep, since another one may compute other bits
     */
    static String of(RunConfig config, RunData data, Optional<RunOrigin> origin, String version) {
        Map<String, Object> options = ConfigJson.options(config);
        options.keySet().removeIf(name -> !reachesTheBits(name));
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
