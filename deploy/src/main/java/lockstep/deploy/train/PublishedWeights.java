package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;

import lockstep.deploy.console.Terminal;

/**
 * The weights of a run without options, as the README has them: whoever trains it can compare. {@code PublishedWeightsTest} holds the README to the hash and, tagged slow, trains to it.
 */
final class PublishedWeights {
    static final String SHA256 = "e0576fe83cc3b528fc2c46e9270780a0f13a05cbc2fc103764af3fbc08591f31";

    private PublishedWeights() {}

    /**
     * Says whether the weights are the published ones; nothing where an option that reaches the bits isn't the default, or before the last step.
     *
     * @param step that the run has reached
     * @param builds that trained the run, as {@link RunAbout} notes them
     */
    static void tell(RunConfig config, int step, String sha256, List<String> builds, Terminal terminal) {
        if (step != config.length().steps() || !isDefault(config)) {
            return;
        }
        if (sha256.equals(SHA256)) {
            terminal.line("as published for this release");
        } else if (builds.size() == 1) {
            terminal.warning("lockstep: not as published for this release: expected weights sha256 " + SHA256
                + "; please report it with this machine's processor and JDK");
        } else {
            terminal.warning("lockstep: not as published for this release: expected weights sha256 " + SHA256
                + "; the run was trained by more than one build: " + String.join(", ", builds));
        }
    }

    /** Threads, vectors, what is computed again, validation, samples, checkpoints and logs never reach the bits. */
    static boolean isDefault(RunConfig config) {
        RunConfig ours = new Resolver(new TrainOptions()).resolve(Long.MAX_VALUE, Path.of(""));
        return config.what().equals(ours.what()) && config.batch().equals(ours.batch())
            && config.length().steps() == ours.length().steps() && config.optimizer().equals(ours.optimizer());
    }
}
