package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.deploy.console.Terminal;
import lockstep.deploy.train.Reproduction;

/** {@code lockstep reproduce}: whether a run comes out again, to the bit. */
@Command(
    name = "reproduce",
    description = {"Trains a run again, from its configuration and its data, and says whether the same comes out.", "",
        "It goes as far as the run's newest checkpoint. The loss and the gradient norm of each step are compared as they come, the"
            + " weights in the end, all to the bit: on any number of threads, with any vectors, and on one node where the run had"
            + " several. The run itself is only read. Exit code 1 when anything differs; the first step that does ends it."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep reproduce runs/bard --threads 1"})
public final class ReproduceCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN_DIR", description = "The directory of a run.")
    private Path run;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Directory of the second run: new, or empty. Default: that of the first one, with -again behind its name.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: all processors.")
    private Optional<String> threads = Optional.empty();

    @Option(names = "--vector", paramLabel = "512|256|128|scalar",
        description = "Bits of a vector, or plain loops (very slow). Default: the widest that the processor prefers.")
    private Optional<String> vector = Optional.empty();

    @Option(names = "--recompute", paramLabel = "none|gelu|block",
        description = "What the backward pass computes again instead of keeping. Default: as in the run.")
    private Optional<String> recompute = Optional.empty();

    @Option(names = "--model", paramLabel = "FILE|DIR",
        description = "Where the weights lie now that the run started from. They are compared by checksum. Default: as in the run.")
    private Optional<Path> model = Optional.empty();

    @Option(names = "--optimizer-state", paramLabel = "FILE",
        description = "The same of the optimizer's state, for a run that llm.c's trainer began. Default: as in the run.")
    private Optional<Path> optimizerState = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path original = run.toAbsolutePath().normalize();
        Path again = out.map(Path::toAbsolutePath).orElseGet(() -> original.resolveSibling(original.getFileName() + "-again"));
        Map<String, String> here = new LinkedHashMap<>();
        threads.ifPresent(value -> here.put("--threads", value));
        vector.ifPresent(value -> here.put("--vector", value));
        recompute.ifPresent(value -> here.put("--recompute", value));
        model.ifPresent(value -> here.put("--model", value.toAbsolutePath().toString()));
        optimizerState.ifPresent(value -> here.put("--optimizer-state", value.toAbsolutePath().toString()));
        Terminal terminal = Terminals.of(spec);
        Reproduction reproduction = Reproduction.of(run, terminal);
        TrainCommand.composition(terminal).train(reproduction.request(again, here), reproduction);
        Reproduction.Verdict verdict = reproduction.verdict(again);
        PrintWriter console = spec.commandLine().getOut();
        console.println(verdict.text());
        console.flush();
        return verdict.same() ? 0 : 1;
    }
}
