package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.deploy.dashboard.Dashboard;
import lockstep.deploy.dashboard.LocalRunFiles;
import lockstep.deploy.dashboard.RunFileNames;
import lockstep.deploy.http.ClusterRoutes;
import lockstep.deploy.http.GateRules;
import lockstep.deploy.http.HostNames;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.http.Route;

/** Shows the page of a run that some other process trains, or trained. */
@Command(
    name = "dashboard",
    description = {"Show a run on a web page: one that is over, or one that goes on, which the page follows.", "",
        "Reads the logs in the run's directory and writes nothing. Answers until Ctrl-C."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Examples:", "  lockstep dashboard runs/a", "  lockstep dashboard runs/a --port 9000"})
public final class DashboardCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN_DIR", description = "Directory of a run.")
    private Path runDir;

    @Option(names = "--port", paramLabel = "PORT",
        description = "Port of the page; 0 for any that is free. Default: " + HttpAddress.USUAL_PORT + ".")
    private int port = HttpAddress.USUAL_PORT;

    @Option(names = "--http-bind", paramLabel = "ADDRESS",
        description = "Address to listen on; 0.0.0.0 for all. Whoever reaches it can read the page. Default: " + HttpAddress.LOOPBACK + ".")
    private String bind = HttpAddress.LOOPBACK;

    @Option(names = HostNames.OPTION, paramLabel = HostNames.LABEL, description = HostNames.HELP + " Default: none.")
    private String hosts;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        requireRun();
        HttpAddress address = HttpAddress.of("--port", bind, port, 0);
        GateRules rules = GateRules.PLAIN.with(hosts == null ? HostNames.NONE : HostNames.parse(hosts));
        try (Dashboard dashboard = new Dashboard()) {
            List<Route> routes = new ArrayList<>(ClusterRoutes.reading(dashboard.view()));
            routes.addAll(dashboard.routes());
            try (HttpEndpoint endpoint = HttpEndpoint.open(new HttpEndpoint.Options("--port", "--http-bind"), address, routes, rules)) {
                dashboard.follow(new LocalRunFiles(runDir));
                PrintWriter out = spec.commandLine().getOut();
                out.println("dashboard at http://" + new HttpAddress(bind, endpoint.port()) + "/ until Ctrl-C");
                out.flush();
                new CountDownLatch(1).await(); // for the signal that ends the process
            }
        }
        return 0;
    }

    private void requireRun() {
        if (!Files.isDirectory(runDir)) {
            throw new UserError(runDir + (Files.exists(runDir)
                ? ": found a file, expected a run's directory, as train has printed it"
                : ": no such directory, expected a run's, as train has printed it"));
        }
        if (!Files.isRegularFile(runDir.resolve(RunFileNames.METRICS))) {
            throw new UserError(runDir + ": found no " + RunFileNames.METRICS + " in it, expected the directory of a run that has begun");
        }
    }
}
