package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.deploy.latency.LatencyReport;

/** Shows where the time of a run went, out of the logs in its directory. */
@Command(
    name = "latency",
    description = {"Show where a run's time went: percentiles of each phase of a step, over all nodes and of each.", "",
        "Reads the histograms that train leaves in the run directory, latency.hlog and latency-NODE.hlog, in HdrHistogram's log format; also while the run goes on."
            + " Phases: step (all of it), compute (a step without waiting), data, forward, backward, reduce, exchange-wait, commit-wait, adamw; beside the steps"
            + " exchange-service, checkpoint-stall, validation, pause (the whole process stood still), peer-ADDRESS (waiting for one peer)."
            + " The first 5 steps of each process stand apart as warmup-PHASE.",
        "",
        "A percentile p is shown where at least 1/(1-p) durations were recorded: 1000 for p99.9."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Examples:", "  lockstep latency runs/a",
        "  lockstep latency runs/a runs/b --phase step --phase forward --svg steps.svg"})
public final class LatencyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN_DIR", description = "Directory of a run.")
    private Path runDir;

    @Parameters(index = "1", arity = "0..1", paramLabel = "OTHER_RUN_DIR",
        description = "Another run, to compare with: shows the change of each percentile.")
    private Optional<Path> otherRunDir = Optional.empty();

    @Option(names = "--phase", paramLabel = "PHASE",
        description = "What is plotted; may be given several times. Default: step, or warmup-step of a run that has no later ones.")
    private List<String> phases = List.of();

    @Option(names = "--png", paramLabel = "FILE", description = "Write the plot to this new file. Default: none.")
    private Optional<Path> png = Optional.empty();

    @Option(names = "--svg", paramLabel = "FILE", description = "Write the plot to this new file. Default: none.")
    private Optional<Path> svg = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LatencyReport report = LatencyReport.of(runDir, otherRunDir, phases);
        PrintWriter out = spec.commandLine().getOut();
        report.lines().forEach(out::println);
        png.ifPresent(report::writePng);
        svg.ifPresent(report::writeSvg);
        out.flush();
        return 0;
    }
}
