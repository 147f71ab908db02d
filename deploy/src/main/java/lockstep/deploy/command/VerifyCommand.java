package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.format.DebugState;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.deploy.model.StoredModel;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/** {@code lockstep verify}: holds our arithmetic against PyTorch's. */
@Command(
    name = "verify",
    description = {"Compares logits, loss and all 16 gradients with PyTorch's answer and prints a table of errors.", "",
        "Logits may differ by 1e-3, the loss by 1e-5 of its value, a gradient tensor by a norm of 1e-4 of its own. Exit code 1 when anything differs by more."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep verify gpt2_124M.bin gpt2_124M_debug_state.bin"})
public final class VerifyCommand implements Callable<Integer> {
    private static final double LOGITS_ABSOLUTE = 1e-3;
    private static final double LOSS_RELATIVE = 1e-5;
    private static final double GRADIENT_RELATIVE = 1e-4;

    @Parameters(index = "0", paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Parameters(index = "1", paramLabel = "DEBUG_STATE", description = "llm.c's debug state of that model.")
    private Path debugState;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Spec
    private CommandSpec spec;

    private boolean passed = true;

    @Override
    public Integer call() {
        Options.positive("--threads", threads);
        StoredModel stored = Models.find(model, spec.commandLine().getErr());
        DebugState expected = DebugState.read(debugState, stored.shape());
        float[] params = stored
            .weights(stored.weightBytes() + Gpt2.activationBytes(stored.shape(), expected.B(), expected.T(), threads, Recompute.NONE));
        try (Workers workers = new Workers(threads)) {
            Gpt2 gpt2 = new Gpt2(stored.shape(), expected.B(), expected.T(), params, workers, Recompute.NONE);
            compare(gpt2, expected, params.length);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(passed ? "all within tolerance" : "MISMATCH");
        out.flush();
        return passed ? 0 : 1;
    }

    private void compare(Gpt2 gpt2, DebugState expected, int parameters) {
        spec.commandLine().getOut().printf(Locale.ROOT, "%-10s %12s %12s%n", "tensor", "error", "tolerance");
        float[] logits = new float[expected.logits().length];
        gpt2.logits(logits, expected.x());
        double worst = 0;
        for (int i = 0; i < logits.length; i++) {
            // written so that NaN is an error too
            double difference = Math.abs((double) logits[i] - expected.logits()[i]);
            worst = difference <= worst ? worst : difference;
        }
        row("logits", worst, LOGITS_ABSOLUTE);
        float[] grads = new float[parameters];
        double loss = gpt2.accumulateGradient(grads, expected.x(), expected.y());
        row("loss", Math.abs(loss - expected.lossNats()) / Math.abs(expected.lossNats()), LOSS_RELATIVE);
        ParameterLayout layout = new ParameterLayout(gpt2.shape());
        for (Tensor tensor : Tensor.values()) {
            row(tensor.label(), relativeError(grads, expected.gradients(), layout.offset(tensor), layout.size(tensor)), GRADIENT_RELATIVE);
        }
    }

    private static double relativeError(float[] actual, float[] expected, int from, int n) {
        double difference = 0;
        double norm = 0;
        for (int i = from; i < from + n; i++) {
            difference += ((double) actual[i] - expected[i]) * ((double) actual[i] - expected[i]);
            norm += (double) expected[i] * expected[i];
        }
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }

    private void row(String name, double error, double tolerance) {
        boolean fine = error <= tolerance;
        passed &= fine;
        spec.commandLine().getOut().printf(Locale.ROOT, "%-10s %12.3e %12.0e  %s%n", name, error, tolerance, fine ? "ok" : "MISMATCH");
    }
}
