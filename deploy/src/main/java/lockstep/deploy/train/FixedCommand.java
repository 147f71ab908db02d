package lockstep.deploy.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;

/**
 * A node's command as a service or a container has it: the same at its first start, when it joins, and when it is started again. So it may meet a run that has begun with it.
 */
final class FixedCommand {
    private static final String EPOCHS = "--epochs";
    private static final String TOTAL_BATCH = "--total-batch";

    private FixedCommand() {}

    /**
     * The directory of {@code --out} where a node of a cluster goes on with the run in it: the command describes that run, or there is a checkpoint to go on from. Without either it joins, as into an empty directory.
     */
    static Optional<Path> begunRun(Map<String, String> given) {
        boolean isOfACluster = given.containsKey("--join") || given.containsKey("--kubernetes-dns");
        return Optional.ofNullable(given.get("--out")).filter(_ -> isOfACluster).map(Path::of)
            .filter(out -> Files.isRegularFile(RunDirectory.configFile(out)))
            .filter(out -> given.keySet().stream().anyMatch(TrainOptions::describesARun)
                || new CheckpointStore(out).newestComplete().isPresent());
    }

    /**
     * The command without what a run's configuration says in other words: --epochs, which became a number of steps when the run began, and --total-batch.
     *
     * @param run the run's configuration, by option
     * @throws UserError when the tokens of a step are others
     */
    static Map<String, String> inWordsOf(String source, Map<String, String> run, Map<String, String> given) {
        Map<String, String> command = new LinkedHashMap<>(given);
        if (run.containsKey("--steps")) {
            command.remove(EPOCHS);
        }
        String total = command.get(TOTAL_BATCH);
        if (total != null && run.containsKey("--micro-batches")) {
            long tokens = number(run, "--batch") * number(run, "--seq-len") * number(run, "--micro-batches");
            if (!total.equals(String.valueOf(tokens))) {
                throw new UserError(
                    TOTAL_BATCH + ": found " + total + ", expected " + tokens + " as in " + source + ": the run keeps its configuration");
            }
            command.remove(TOTAL_BATCH);
        }
        return command;
    }

    private static long number(Map<String, String> run, String option) {
        return Long.parseLong(run.getOrDefault(option, "0"));
    }
}
