package lockstep.deploy.latency;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.latency.Latencies;
import lockstep.common.latency.NodeTimer;

/** One run's latencies, or two runs' side by side, for people. */
public final class LatencyReport {
    private static final int MAX_CURVES = 6;
    private static final String STEP = "step";

    private final List<Run> runs;
    private final List<PercentileCurve> curves;

    /** @param name that the user gave it */
    private record Run(String name, LatencyTotals totals) {}

    private LatencyReport(List<Run> runs, List<PercentileCurve> curves) {
        this.runs = runs;
        this.curves = curves;
    }

    /**
     * Reads the logs.
     *
     * @param phases tags to plot; none for what is usual
     * @throws UserError when there are no logs, when one is damaged, or when a phase was not recorded
     */
    public static LatencyReport of(Path runDir, Optional<Path> otherRunDir, List<String> phases) {
        List<Run> runs = new ArrayList<>();
        runs.add(new Run(runDir.toString(), LatencyTotals.read(runDir)));
        otherRunDir.ifPresent(dir -> runs.add(new Run(dir.toString(), LatencyTotals.read(dir))));
        if (phases.size() * runs.size() > MAX_CURVES) {
            throw new UserError("--phase: found " + phases.size() + " phases of " + runs.size() + (runs.size() == 1 ? " run" : " runs")
                + ", expected at most " + MAX_CURVES + " curves in a plot");
        }
        List<PercentileCurve> curves = new ArrayList<>();
        for (Run run : runs) {
            for (String phase : phases.isEmpty() ? plottedByDefault(runs) : phases) {
                curves.add(PercentileCurve.of(phase + (runs.size() > 1 ? " of " + run.name() : ""), recorded(run, phase)));
            }
        }
        return new LatencyReport(runs, curves);
    }

    /** Steps, or where a run was over before they began to count the first ones; nothing of a run without any step. */
    private static List<String> plottedByDefault(List<Run> runs) {
        return Stream.of(STEP, NodeTimer.WARM_UP + STEP)
            .filter(phase -> runs.stream().allMatch(run -> run.totals().merged().byTag().containsKey(phase))).limit(1).toList();
    }

    private static Latencies recorded(Run run, String phase) {
        if (!run.totals().merged().byTag().containsKey(phase)) {
            throw new UserError("--phase: found " + phase + ", expected one that " + run.name() + " has recorded: "
                + String.join(" ", run.totals().merged().byTag().keySet()));
        }
        return run.totals().merged().of(phase);
    }

    /** Tables and a plot. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Run run : runs) {
            if (runs.size() > 1) {
                lines.add(run.name() + ":");
            }
            lines.addAll(LatencyTable.lines(run.totals()));
            lines.add("");
        }
        if (runs.size() > 1) {
            lines.addAll(LatencyComparison.lines(runs.getFirst().totals().merged(), runs.getLast().totals().merged()));
            lines.add("");
        }
        if (!curves.isEmpty()) {
            lines.addAll(PercentilePlot.lines(curves));
        }
        return lines;
    }

    /** @throws UserError when the file exists */
    public void writePng(Path target) {
        requireCurves("--png");
        PercentileChart.writePng(target, title(), curves);
    }

    /** @throws UserError when the file exists */
    public void writeSvg(Path target) {
        requireCurves("--svg");
        PercentileChart.writeSvg(target, title(), curves);
    }

    private void requireCurves(String option) {
        if (curves.isEmpty()) {
            throw new UserError(option + ": found no step in the logs of " + String.join(" and ", runs.stream().map(Run::name).toList())
                + ", expected one to plot; --phase names something else that was recorded");
        }
    }

    private String title() {
        return "Lockstep: " + String.join(" and ", runs.stream().map(Run::name).toList());
    }
}
