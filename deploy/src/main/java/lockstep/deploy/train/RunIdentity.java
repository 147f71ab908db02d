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
    /** Where things lie, and what a node computes with. */
    private static final List<String> OF_A_MACHINE =
        List.of("data", "val-data", "text", "field", "model", "optimizer-state", "threads", "recompute", "log-every", "hellaswag");

    private RunIdentity() {}

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
