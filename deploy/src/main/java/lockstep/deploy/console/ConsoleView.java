package lockstep.deploy.console;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;

import lockstep.node.evaluate.MultipleChoice.Score;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/** Shows the loop to a person. */
public final class ConsoleView implements StepListener {
    /**
     * @param logEvery steps from one line to the next; the first and the last of a run always have one
     * @param lossUnit what a validation loss is measured in: {@code nats per byte} or {@code nats per token}
     * @param peakGflops of all that computes, where it is known
     * @param latencies lines about them for the end of the run
     */
    public record Settings(int logEvery, String lossUnit, double flopsPerToken, OptionalDouble peakGflops,
        Supplier<List<String>> latencies) {}

    /** llm.c's smoothing of tokens/s. */
    private static final double KEPT = 0.95;

    private final Terminal terminal;
    private final Settings settings;
    private final StepLine line;
    private int firstStep;
    private double smoothed;
    private double weight;
    private OptionalDouble valLossNats = OptionalDouble.empty();
    private int validatedStep;
    private int shownStep;
    private String hellaswag = ""; // the last accuracy, where there is one, as steps' lines end with it

    public ConsoleView(Terminal terminal, Settings settings) {
        this.terminal = terminal;
        this.settings = settings;
        this.line = new StepLine(settings.flopsPerToken(), settings.peakGflops());
    }

    @Override
    public void started(int step, int steps) {
        firstStep = step + 1;
        if (step > 0) {
            terminal.line("resumed at step " + step + " of " + steps);
        }
        terminal.progressStarts(step, steps);
    }

    @Override
    public void validationShortened(int batches, int requestedBatches) {
        terminal.warning("lockstep: the validation data has " + batches + " batches, fewer than --val-batches " + requestedBatches
            + "; all of them are measured");
    }

    @Override
    public void stepDone(StepReport report) {
        double tokensPerSecond = smooth(report);
        shownStep = report.step();
        terminal.progress(report.step(), String.format(Locale.ROOT, " loss %.4f | %.0f tok/s", report.lossNats(), tokensPerSecond));
        boolean due =
            report.step() % settings.logEvery() == 0 || report.step() == firstStep || report.step() == report.steps() || !report.updated();
        if (due) {
            terminal.line(line.of(report, tokensPerSecond) + hellaswag);
        }
    }

    @Override
    public void validated(int step, double lossNats) {
        valLossNats = OptionalDouble.of(lossNats);
        validatedStep = step;
        terminal.line(String.format(Locale.ROOT, "val loss %f", lossNats));
    }

    @Override
    public void answered(int answered, int questions) {
        terminal.progress(shownStep, String.format(Locale.ROOT, " hellaswag %d/%d", answered, questions));
    }

    @Override
    public void examined(int step, Score score) {
        hellaswag = String.format(Locale.ROOT, " | hellaswag %.4f", score.accuracyByMean());
        terminal.line(String.format(Locale.ROOT, "hellaswag %d/%d = %.4f by mean loss, %.4f by summed loss", score.rightByMean(),
            score.questions(), score.accuracyByMean(), score.accuracyBySum()));
    }

    @Override
    public void sampled(int step, String text) {
        terminal.line("generating at step " + step + ":\n---\n" + text + "\n---");
    }

    @Override
    public void checkpointed(int step, Path dir) {
        terminal.line("checkpoint at step " + step + ": " + dir);
    }

    @Override
    public void skipped(int step, String what, double z) {
        terminal.line(String.format(Locale.ROOT, "skipping the update of step %d: %s has a z-score of %.2f", step, what, z));
    }

    @Override
    public void finished(Outcome outcome) {
        terminal.close();
        if (outcome.end() == Outcome.End.STOPPED_BY_FLAG) {
            terminal.line("stopped after step " + outcome.step());
        }
        settings.latencies().get().forEach(terminal::line);
        if (valLossNats.isPresent() && validatedStep == outcome.step()) {
            terminal.line(String.format(Locale.ROOT, "validation loss %.4f %s", valLossNats.getAsDouble(), settings.lossUnit()));
        }
        outcome.checkpoint().ifPresent(dir -> terminal.line("checkpoint " + dir));
    }

    /** An exponential mean whose start is corrected as AdamW's is. A run's first step warms the JIT up and is shown, but not counted. */
    private double smooth(StepReport report) {
        double now = report.tokensPerSecond();
        if (report.step() == firstStep) {
            return now;
        }
        smoothed = KEPT * smoothed + (1 - KEPT) * now;
        weight = KEPT * weight + (1 - KEPT);
        return smoothed / weight;
    }
}
