package lockstep.deploy.command;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import lockstep.deploy.console.Terminal;
import lockstep.deploy.process.SuddenEnd;
import lockstep.deploy.train.Composition;
import lockstep.deploy.train.LocalNodes;
import lockstep.deploy.train.RunWatcher;
import lockstep.deploy.train.TextProgress;
import lockstep.deploy.train.TrainOptions;
import lockstep.deploy.train.TrainRequest;

/** {@code lockstep train}: from text or token shards to checkpoints. */
@Command(
    name = "train",
    description = {"Trains a GPT-2.", "",
        "Without an option: a small model of bytes on 1.1 MB of Shakespeare, which Lockstep carries, in about two minutes on two"
            + " cores, to the weights that its README has. The same options and data give the same weights, whatever the machine, the JDK"
            + " and the number of threads."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {"", "Examples:",
        "  What to train:   lockstep train --model d12 --data 'x_train_*.bin' --val-data 'x_val_*.bin'",
        "  How much:        lockstep train --text books/ --batch 8 --total-batch 8192 --epochs 2",
        "  Optimizer:       lockstep train --lr 6e-4 --warmup 100 --lr-schedule wsd",
        "  Beside training: lockstep train --val-every 50 --checkpoint-every 100 --keep 2",
        "  The run:         lockstep train --out runs/a --stop-after 100",
        "                   lockstep train --resume runs/a",
        "  The cluster:     lockstep train --nodes 2 --micro-batches 8",
        "                   lockstep train --join 10.0.0.1,10.0.0.2 --bind 10.0.0.2 --secret-file secret --expect 2",
        "  Watching it:     lockstep train --nodes 2 --dashboard 8080",
        "  Measuring it:    lockstep train --nodes 2 --trace steps.json"})
public final class TrainCommand implements Callable<Integer> {
    /**
     * Picocli fills them for its checks and its help; {@link TrainRequest} reads the parsed command line again, together with the
     * configuration file.
     */
    @Mixin
    @SuppressWarnings("UnusedVariable")
    private final TrainOptions options = new TrainOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainRequest request = TrainRequest.of(spec.commandLine().getParseResult());
        if (request.wantsNodes()) {
            return new LocalNodes(request, Terminals.of(spec)).run();
        }
        composition(Terminals.of(spec)).train(request, RunWatcher.none());
        return 0;
    }

    static Composition composition(Terminal terminal) throws IOException {
        return new Composition(terminal, new PreparationBar(new ByteProgressBar("tokens")), new Version().getVersion()[0],
            SuddenEnd.failPoints());
    }

    private record PreparationBar(ByteProgressBar bar) implements TextProgress {
        @Override
        public void progress(long doneBytes, long totalBytes) {
            bar.progress(doneBytes, totalBytes);
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
