package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import lockstep.common.config.AdamWSettings;
import lockstep.common.model.ModelShape;
import lockstep.deploy.console.Table;
import lockstep.node.kernel.Kernels;
import lockstep.node.train.MemoryPlan;

/** What a run prints before its first step. */
final class RunHeader {
    private RunHeader() {}

    static List<String> lines(RunConfig config, MemoryPlan memory, RunData data, double peakGflops) {
        Table table = new Table();
        machine(table, config, peakGflops);
        model(table, config.what());
        run(table, config, data);
        List<String> lines = new ArrayList<>(table.lines());
        lines.addAll(memory.lines());
        return lines;
    }

    private static void machine(Table table, RunConfig config, double peakGflops) {
        table.row("system", System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
            + Runtime.getRuntime().availableProcessors() + " processors");
        table.row("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
        table.row("vectors", Kernels.description());
        table.row("threads", config.machine().threads());
        table.row("peak fp32, measured", String.format(Locale.ROOT, "%.1f GFLOP/s", peakGflops)).rule();
    }

    private static void model(Table table, RunConfig.What what) {
        ModelShape shape = what.shape();
        table.row("weight init method", switch (what.model()) {
            case ModelChoice.Named named -> named.name() + ", seed " + what.seed();
            case ModelChoice.Stored stored -> stored.path();
            case ModelChoice.Continued continued -> continued.path() + ", step " + continued.stepsDone();
            case ModelChoice.Sizes _ -> "random, seed " + what.seed();
        });
        table.row("max_sequence_length T", shape.maxT());
        table.row("vocab_size V", shape.V() + " (" + what.tokenizer() + ")");
        table.row("padded_vocab_size Vp", shape.Vp());
        table.row("num_layers L", shape.L());
        table.row("num_heads NH", shape.NH());
        table.row("channels C", shape.C());
        table.row("num_parameters", shape.parameterCount()).rule();
    }

    private static void run(Table table, RunConfig config, RunData data) {
        AdamWSettings adamW = config.optimizer().adamW();
        table.row("micro batch size B", config.batch().B());
        table.row("sequence length T", config.batch().T());
        table.row("total batch size", config.batch().tokensPerStep() + " tokens: " + config.batch().M() + " x B x T in "
            + config.batch().G() + (config.batch().G() == 1 ? " group" : " groups"));
        table.row("steps", config.length().steps());
        table.row("learning rate (LR)", rate(config.optimizer().rate()));
        table.row("AdamW", String.format(Locale.ROOT, "betas %s %s, decay %s, clip %s", adamW.beta1(), adamW.beta2(), adamW.weightDecay(),
            Float.isInfinite(adamW.gradClip()) ? "off" : String.valueOf(adamW.gradClip())));
        table.row("data", data.summary()).rule();
    }

    private static String rate(RunConfig.Rate rate) {
        String end = rate.schedule().equals("constant") ? "" : String.format(Locale.ROOT, " to %.0f%%", 100 * rate.finalFraction());
        return String.format(Locale.ROOT, "%.2e %s%s, warm-up %d", rate.lr(), rate.schedule(), end, rate.warmup());
    }
}
