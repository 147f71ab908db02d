package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import lockstep.common.ShellWord;
import lockstep.common.UserError;
import lockstep.common.text.CorpusSource;
import lockstep.coordinator.secret.Secret;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.dashboard.LocalRunFiles;
import lockstep.deploy.http.HostNames;
import lockstep.deploy.process.ChildJvm;
import lockstep.node.train.Memory;

/**
 * {@code --nodes N}: N processes on this machine that train together. This one shows what they say, ends when they end, and takes them along when it ends: each looks at its standard input, stops at the next boundary
 * between steps when that is over, and the last one leaves a checkpoint.
 */
public final class LocalNodes {
    private static final int MAX_NODES = 64;
    private static final int LISTENING_SECONDS = 60;
    /** Of the machine's memory, as deploy/jvm.options has it. */
    private static final double MEMORY_FRACTION = 0.85;
    private static final int LAST_WORD_SECONDS = 10;
    private static final String NODES = "--nodes";

    private final TrainRequest request;
    private final Terminal terminal;
    private final LocalChildren children;
    private final CompletableFuture<String> firstAddress = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CompletableFuture<Path> run = new CompletableFuture<>();

    public LocalNodes(TrainRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
        this.children = new LocalChildren(terminal::warning);
    }

    /** Runs to the end of the last process; returns the run's exit code. */
    public int run() {
        int nodes = Expect.between(NODES, request.options().cluster.nodes.orElseThrow(), 1, MAX_NODES);
        refuse(request.given());
        request.options().what.text.filter(CorpusSource::isPipe).ifPresent(pipe -> refusePipe(pipe, nodes));
        Resolver resolver = new Resolver(request.options());
        announceSpares(nodes, resolver.plan().G());
        Thread hook = new Thread(this::endAll, "lockstep-nodes");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return watched(nodes);
        } finally {
            children.close();
            over.countDown();
            forget(hook);
        }
    }

    private int watched(int nodes) {
        try (HttpService http = HttpService.ofParent(request.options().http, terminal)) {
            var _ = run.thenAccept(directory -> http.follow(new LocalRunFiles(directory)));
            start(nodes);
            return children.await();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process is being ended, and the hook is at work
        }
    }

    private static void refuse(Map<String, String> given) {
        for (String other : List.of("--join", "--kubernetes-dns", "--expect", "--bind", "--port")) {
            if (given.containsKey(other)) {
                throw new UserError(NODES + ": found " + given.get(NODES) + " beside " + other + " " + given.get(other)
                    + ", expected one of the two: " + NODES + " is for processes on this machine");
            }
        }
    }

    private static void refusePipe(Path pipe, int nodes) {
        throw new UserError("--text: found the pipe " + pipe + " beside " + NODES + " " + nodes
            + ", expected a file or a directory: several processes can't read one pipe. ./lockstep data text - --name NAME --out DIR makes shards of it, for --data");
    }

    private void announceSpares(int nodes, int G) {
        if (nodes > G) {
            terminal.line((nodes - G) + " of " + nodes + " nodes are spares that compute nothing: a step has " + G
                + (G == 1 ? " group" : " groups") + " of micro-batches. --micro-batches " + Integer.highestOneBit(2 * nodes - 1)
                + " --groups " + Integer.highestOneBit(2 * nodes - 1) + " would employ all");
        }
    }

    private void start(int nodes) {
        String secret = HexFormat.of().formatHex(Secret.random());
        int threads = Math.max(1, request.options().run.threads.orElse(Runtime.getRuntime().availableProcessors()) / nodes);
        List<String> first = new ArrayList<>(List.of("train", "--expect=" + nodes));
        request.given().forEach((option, value) -> {
            if (!List.of(NODES, "--threads").contains(option) && !HttpOptions.NAMES.contains(option.substring(2))) {
                first.add(option + "=" + value);
            }
        });
        first.addAll(http(0));
        launch(secret, nodes, threads, first);
        String address = awaitFirst();
        if (address.isEmpty()) {
            return;
        }
        List<String> further = new ArrayList<>(List.of("train", "--join=" + address));
        for (String option : List.of("--vector", "--recompute", "--stop-after")) {
            if (request.given().containsKey(option)) {
                further.add(option + "=" + request.given().get(option));
            }
        }
        for (int node = 1; node < nodes; node++) {
            List<String> arguments = new ArrayList<>(further);
            arguments.addAll(http(node));
            launch(secret, nodes, threads, arguments);
        }
    }

    private List<String> http(int node) {
        HttpOptions http = request.options().http;
        List<String> arguments = new ArrayList<>();
        int first = http.showsDashboard() ? 1 : 0; // the port itself is this process's then
        http.port.filter(port -> port > 0).ifPresent(port -> arguments.add("--http-port=" + (port + first + node)));
        http.bind.ifPresent(bind -> arguments.add("--http-bind=" + bind));
        http.hosts.ifPresent(hosts -> arguments.add(HostNames.OPTION + "=" + hosts));
        return arguments;
    }

    private void launch(String secret, int nodes, int threads, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--member", "--port=0", "--threads=" + threads));
        long heapMib = (long) (Memory.ofThisJvm().machineBytes() * MEMORY_FRACTION / nodes) >> 20;
        LocalChildren.Child child = children.add();
        ChildJvm jvm = ChildJvm.start("lockstep.deploy.Main", heapMib, all, line -> said(child, line), this::warned);
        child.runs(jvm, secret);
        jvm.onExit(() -> firstAddress.completeExceptionally(new IllegalStateException("the first node has ended")));
    }

    private String awaitFirst() {
        try {
            return firstAddress.get(LISTENING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return ""; // its own message says why; the others have nobody to join
        } catch (TimeoutException e) {
            throw new UserError("--nodes: waited " + LISTENING_SECONDS + " s for the first node to listen on a port", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while waiting for the first node", e);
        }
    }

    private void said(LocalChildren.Child child, String line) {
        if (!line.startsWith(ClusterNode.TO_PARENT)) {
            terminal.line(line);
            return;
        }
        String[] words = line.substring(1).split(" ", 2);
        if (words[0].equals("listening")) {
            firstAddress.complete(words[1]);
        } else if (words[0].equals(ClusterNode.KNOWS)) {
            child.knowsTheRun();
        } else if (words[0].equals(ClusterNode.TRAINS)) {
            child.trains();
        } else if (words[0].equals("run")) {
            terminal.line("to add a node: ./lockstep train --join " + firstAddress.join() + " --secret-file "
                + ShellWord.of(SecretFile.of(Path.of(words[1]))));
            run.complete(Path.of(words[1]));
        }
    }

    private void warned(String line) {
        // one line of the JVM's own for each of them says nothing new
        if (!line.startsWith("WARNING: Using incubator modules") && !children.isOver()) {
            terminal.warning(line);
        }
    }

    /** When this process is to end: with the nodes, and once those who watch have been told. */
    private void endAll() {
        children.endAll();
        try {
            if (!over.await(LAST_WORD_SECONDS, TimeUnit.SECONDS)) {
                terminal.warning("lockstep: waited " + LAST_WORD_SECONDS + " s to tell those who watch that the run has ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
