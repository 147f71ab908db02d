package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import lockstep.deploy.console.BarTerminal;
import lockstep.deploy.console.PlainTerminal;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.train.Composition;
import lockstep.deploy.train.RunWatcher;
import lockstep.deploy.train.SingleNodeView;
import lockstep.deploy.train.TextProgress;
import lockstep.deploy.train.TrainOptions;
import lockstep.deploy.train.TrainRequest;

/** {@code lockstep train}: from text or token shards to checkpoints. */
@Command(
    name = "train",
    description = {"Trains a GPT-2.", "",
        "Without an option: a small model of bytes on the sources of this JDK, in about two minutes on two cores. The same"
            + " options on the same JDK build give the"
            + " same weights, whatever the number of threads."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {"", "Examples:",
        "  What to train:   lockstep train --model d12 --data 'x_train_*.bin' --val-data 'x_val_*.bin'",
        "  How much:        lockstep train --text books/ --batch 8 --total-batch 8192 --epochs 2",
        "  Optimizer:       lockstep train --lr 6e-4 --warmup 100 --lr-schedule wsd",
        "  Beside training: lockstep train --val-every 50 --checkpoint-every 100 --keep 2",
        "  The run:         lockstep train --out runs/a --stop-after 100",
        "                   lockstep train --resume runs/a"})
public final class TrainCommand implements Callable<Integer> {
    /**
     * Picocli fills them for its checks and its help; {@link TrainRequest} reads the parsed command line again, together with the
     * configuration file.
     */
    @Mixin
    @SuppressWarnings("UnusedVariable")
    private final TrainOptions options = new TrainOptions();

    @ArgGroup(validate = false, exclusive = false, order = 6, heading = "%nFollowing it over HTTP:%n")
    private HttpOptions http = new HttpOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainRequest request = TrainRequest.of(spec.commandLine().getParseResult());
        Optional<HttpAddress> address = http.address();
        if (address.isEmpty()) {
            train(request, RunWatcher.none());
            return 0;
        }
        SingleNodeView view = new SingleNodeView(address.get().toString(), System::nanoTime);
        try (HttpEndpoint _ = HttpEndpoint.open(address.get(), http.routes(view))) {
            spec.commandLine().getErr().println("lockstep: status at http://" + address.get() + "/status until the run ends");
            train(request, view);
        }
        return 0;
    }

    private void train(TrainRequest request, RunWatcher watcher) throws IOException {
        new Composition(terminal(), new PreparationBar(new ByteProgressBar("tokens")), new Version().getVersion()[0], watcher)
            .train(request);
    }

    private Terminal terminal() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return Terminals.interactive() ? new BarTerminal(out, err) : new PlainTerminal(out, err);
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
