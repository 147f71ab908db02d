package lockstep.deploy.train;

import java.util.stream.Stream;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;

/**
 * All options of {@code train}, each empty unless the user or a configuration file gives it; {@link Resolver} knows the defaults. A new
 * option is a field in one of
 * these groups, its default in {@link DefaultRun}, and a line in {@link Resolver} and {@link ConfigJson}.
 */
public final class TrainOptions {
    @ArgGroup(validate = false, exclusive = false, order = 1, heading = "%nWhat to train:%n")
    WhatOptions what = new WhatOptions();

    @ArgGroup(validate = false, exclusive = false, order = 2, heading = "%nHow much:%n")
    LengthOptions length = new LengthOptions();

    @ArgGroup(validate = false, exclusive = false, order = 3, heading = "%nOptimizer:%n")
    OptimizerOptions optimizer = new OptimizerOptions();

    @ArgGroup(validate = false, exclusive = false, order = 4, heading = "%nBeside training:%n")
    BesideOptions beside = new BesideOptions();

    @ArgGroup(validate = false, exclusive = false, order = 5, heading = "%nThe run:%n")
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, exclusive = false, order = 6, heading = "%nThe cluster:%n")
    ClusterOptions cluster = new ClusterOptions();

    @ArgGroup(validate = false, exclusive = false, order = 7, heading = "%nFollowing it over HTTP:%n")
    HttpOptions http = new HttpOptions();

    @ArgGroup(validate = false, exclusive = false, order = 8, heading = "%nMeasuring it:%n")
    MeasureOptions measure = new MeasureOptions();

    /**
     * Whether an option says what is trained, on which data, in which steps.
     *
     * @param option with dashes
     */
    static boolean describesARun(String option) {
        boolean isOfARun = Stream.of(new WhatOptions(), new LengthOptions(), new OptimizerOptions())
            .anyMatch(group -> new CommandLine(group).getCommandSpec().findOption(option) != null);
        return isOfARun || option.equals("--config") || option.equals("--resume");
    }

    /**
     * Whether an option belongs to one start of a process and never to the run, and so to no file.
     *
     * @param name without dashes
     */
    static boolean isOfOneStart(String name) {
        return ClusterOptions.NAMES.contains(name) || HttpOptions.NAMES.contains(name) || MeasureOptions.NAMES.contains(name);
    }
}
