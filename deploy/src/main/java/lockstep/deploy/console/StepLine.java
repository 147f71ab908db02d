package lockstep.deploy.console;

import java.util.Locale;
import java.util.OptionalDouble;

import lockstep.node.train.StepReport;

/** llm.c's line of a step, less its "(+nanz)" before there are enough steps for a z-score, with the share of the measured peak in place of its MFU, and how its time divides among its phases. */
final class StepLine {
    private static final double NS_PER_MS = 1e6;

    private final double flopsPerToken;
    private final OptionalDouble peakGflops;

    StepLine(double flopsPerToken, OptionalDouble peakGflops) {
        this.flopsPerToken = flopsPerToken;
        this.peakGflops = peakGflops;
    }

    /** @param tokensPerSecond smoothed */
    String of(StepReport r, double tokensPerSecond) {
        // FLOP/ns is GFLOP/s.
        double gflops = r.tokens() * flopsPerToken / Math.max(1, r.stepNs());
        String share = peakGflops.isPresent() ? String.format(Locale.ROOT, "%.1f%% peak | ", 100 * gflops / peakGflops.getAsDouble()) : "";
        return String.format(Locale.ROOT,
            "step %4d/%d | loss %7.6f %s| norm %6.4f %s| lr %.2e | %.2f ms | %s%.0f tok/s | %s%s", r.step(), r.steps(),
            r.lossNats(), z(r.lossZ()), r.gradNorm(), z(r.gradZ()), r.lr(), r.stepNs() / NS_PER_MS, share, tokensPerSecond, split(r),
            r.updated() ? "" : " | skipped");
    }

    /** Where the step's time went, in percent: its phases, and waiting for others where there was any. */
    private static String split(StepReport r) {
        StringBuilder text = new StringBuilder();
        share(text, "data", r.dataNs(), r);
        share(text, "fwd", r.forwardNs(), r);
        share(text, "bwd", r.backwardNs(), r);
        share(text, "reduce", r.reduceNs(), r);
        if (r.waitNs() > 0) {
            share(text, "wait", r.waitNs(), r);
        }
        share(text, "adamw", r.adamwNs(), r);
        return text.append('%').toString();
    }

    private static void share(StringBuilder text, String name, long ns, StepReport r) {
        text.append(String.format(Locale.ROOT, "%s %.0f ", name, 100.0 * Math.max(0, ns) / Math.max(1, r.stepNs())));
    }

    /** How far the value is from the last ones; nothing as long as there are too few of them to say. */
    private static String z(double z) {
        return Double.isNaN(z) ? "" : String.format(Locale.ROOT, "(%+.2fz)", z);
    }
}
