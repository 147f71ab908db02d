package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;

/**
 * What a node knows to be one of the cluster's, and where that came from.
 *
 * @param parent of a process started by --nodes
 * @param secretLine what was read there
 */
record NodeSecret(Optional<ParentProcess> parent, Optional<String> secretLine, Secret secret) {
    static NodeSecret by(ClusterOptions options) {
        if (options.member.isEmpty()) {
            return new NodeSecret(Optional.empty(), Optional.empty(), Secret.read(secretFile(options)));
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = readSecret(in);
        return new NodeSecret(Optional.of(ParentProcess.listen(in)), Optional.of(line),
            Secret.of(line.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Path secretFile(ClusterOptions options) {
        return options.secretFile.orElseThrow(() -> new UserError(
            options.nodeOption().orElseThrow() + ": found no --secret-file beside it, expected a file with at least " + Secret.MIN_BYTES
                + " bytes that all nodes share, as of: head -c 32 /dev/urandom > secret"));
    }

    private static String readSecret(BufferedReader in) {
        try {
            String line = in.readLine();
            if (line == null) {
                throw new UserError("--member: standard input has ended, expected the cluster's secret: this option is for --nodes alone");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
