package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.config.BatchPlan;
import lockstep.common.fault.FailPoints;
import lockstep.common.model.ModelShape;
import lockstep.common.replica.Membership;
import lockstep.common.text.BytesTokenizer;
import lockstep.common.text.CorpusSettings;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.CorpusWriter;
import lockstep.common.timing.StepTimer;
import lockstep.common.trace.ExchangeTrace;
import lockstep.common.trace.TraceBuffer;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.secret.Secret;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;
import lockstep.node.train.Trainer;
import lockstep.node.train.TrainerBuilder;
import lockstep.node.train.TrainingRun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A program that trains on several nodes, each of which is told who comes and goes: three members in this JVM, over the loopback. */
@Timeout(120)
class LibraryClusterTest {
    private static final Secret SECRET = Secret.of("the secret of this test".getBytes(StandardCharsets.US_ASCII));
    private static final int STEPS = 400;
    private static final BatchPlan BATCH = BatchPlan.of(2, 16, 4);
    private static final long PAUSE_NS = 100_000_000;
    private static final long PATIENCE_NS = 60_000_000_000L;

    @TempDir
    private Path dir;
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private TrainerBuilder builder(String out) {
        return Trainer.builder().model(ModelShape.of(16, 256, 1, 2, 16)).data(dir + "/data/text_train_*.bin")
            .batch(BATCH).steps(STEPS).learningRate(3e-3f).threads(1).directory(dir.resolve(out));
    }

    private void prepareData() throws IOException {
        new CorpusWriter(CorpusSettings.DEFAULTS).prepare(CorpusSource.of(TinyRun.text(dir)), new BytesTokenizer(), dir.resolve("data"),
            "text", (_, _) -> {});
    }

    /** One member and its run, on a thread of its own. */
    private final class Node implements StepListener, AutoCloseable {
        private final Endpoint endpoint;
        private final String address;
        private final TrainingRun run;
        private final AtomicReference<TrainingCluster> cluster = new AtomicReference<>();
        private final List<Membership> told = new CopyOnWriteArrayList<>();
        private Supplier<Boolean> hurries = () -> true;
        private CompletableFuture<Outcome> ends = new CompletableFuture<>();

        Node(String name, boolean brings, int expected) {
            this(name, brings, expected, "never:1");
        }

        /** @param stops where it is told to stop, as {@link FailPoints#of} has it */
        Node(String name, boolean brings, int expected, String stops) {
            this(name, brings, expected, stops, STEPS);
        }

        /** @param last the step after which this node ends */
        Node(String name, boolean brings, int expected, String stops, int last) {
            this(name, brings, expected, stops, last, node -> node.run.stop());
        }

        /**
         * @param point of {@link FailPoints#of}
         * @param there what this node does at that point
         */
        Node(String name, boolean brings, int expected, String point, int last, Consumer<Node> there) {
            List<String> known = nodes.stream().map(Node::address).toList();
            endpoint = Endpoint.start(new MemberSettings("test", MemberSettings.LOOPBACK, 0, known, SECRET), (_, _) -> {});
            address = endpoint.member().self().address();
            run = builder(name).resume().stopAfter(last).listener(this).agreement(running -> {
                TrainingCluster made = new TrainingCluster(endpoint, new TrainingCluster.Terms("run", expected,
                    new TrainingCluster.Start(brings, running::restart), running::stops, running::stop, () -> false,
                    new TrainingCluster.Measured(StepTimer.NONE, new ExchangeTrace(new TraceBuffer()))),
                    _ -> {},
                    FailPoints.of(point, () -> there.accept(this)));
                cluster.set(made);
                endpoint.open();
                return made.agreement();
            }).build();
            nodes.add(this);
        }

        String address() {
            return address;
        }

        CompletableFuture<Outcome> start() {
            ends = CompletableFuture.supplyAsync(() -> {
                Outcome outcome = run.run();
                if (outcome.checkpoint().isPresent()) {
                    cluster.get().announceEnd(outcome.step(), run.weightsSha256());
                }
                cluster.get().close();
                endpoint.close();
                return outcome;
            }, task -> Thread.ofPlatform().daemon().start(task));
            return ends;
        }

        @Override
        public void membershipChanged(Membership now) {
            told.add(now);
        }

        @Override
        public void stepDone(StepReport report) {
            if (!hurries.get()) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }

        /** As a process that is killed: the others see its connections close. */
        void die() {
            endpoint.close();
            throw new AssertionError(address + " died, as the test has it");
        }

        void awaitStep(int step) {
            until(() -> run.state().step() >= step, "step " + step + " of " + address);
        }

        /** Waits until these train together. */
        Membership await(Node... others) throws InterruptedException {
            List<String> wanted = Stream.of(others).map(Node::address).toList();
            long end = System.nanoTime() + PATIENCE_NS;
            while (true) {
                Optional<Membership> newest = told.isEmpty() ? Optional.empty() : Optional.of(told.getLast());
                if (newest.filter(now -> now.addresses().equals(wanted)).isPresent()) {
                    return newest.get();
                }
                if (ends.isDone() || System.nanoTime() - end > 0) {
                    throw new AssertionError(address + " was told " + told + " and never of " + wanted + "; " + ends);
                }
                Thread.sleep(10);
            }
        }

        @Override
        public void close() {
            endpoint.close();
            run.close();
        }
    }

    @Test
    void two_nodes_see_a_third_one_come_and_leave_and_the_weights_are_those_of_one_process() throws Exception {
        prepareData();
        Node first = new Node("first", true, 2);
        Node second = new Node("second", false, 2);
        Node third = new Node("third", false, 1);
        first.hurries = () -> seenToLeave(first, third);
        CompletableFuture<Outcome> firstEnds = first.start();
        CompletableFuture<Outcome> secondEnds = second.start();
        Membership both = first.await(first, second);
        assertEquals(List.of(false, true), both.nodes().stream().map(Membership.Node::takesState).toList());
        assertTrue(both.leads() && both.why().isEmpty(), both.toString());
        CompletableFuture<Outcome> thirdEnds = third.start();
        Membership all = first.await(first, second, third);
        assertTrue(all.generation() > both.generation() && all.step() >= both.step() && all.why().isPresent(), all.toString());
        assertEquals(all.nodes(), second.await(first, second, third).nodes());
        Membership own = third.await(first, second, third);
        assertFalse(own.leads(), "it came last");
        third.run.stop();
        assertEquals(Outcome.End.LEFT, thirdEnds.get(30, TimeUnit.SECONDS).end());
        Membership left = second.await(first, second);
        assertFalse(left.leads());
        assertTrue(left.generation() > all.generation() && left.step() > all.step(), left.toString());
        assertEquals(Outcome.End.COMPLETED, firstEnds.get(60, TimeUnit.SECONDS).end());
        assertEquals(new Outcome(Outcome.End.COMPLETED, STEPS, Optional.empty()), secondEnds.get(30, TimeUnit.SECONDS));
        assertEquals(alone(), first.run.weightsSha256());
        assertEquals(first.run.weightsSha256(), second.run.weightsSha256());
    }

    /** Each has a directory of its own, and the second one led last. */
    @Test
    void after_an_end_of_all_the_run_goes_on_where_it_had_got_to_whoever_comes_first() throws Exception {
        prepareData();
        try (TrainingRun led = builder("second").stopAfter(50).build()) {
            led.run();
        }
        Node first = new Node("first", true, 2);
        Node second = new Node("second", true, 2);
        CompletableFuture<Outcome> firstEnds = first.start();
        CompletableFuture<Outcome> secondEnds = second.start();
        Membership both = first.await(first, second);
        assertEquals(50, both.step());
        assertEquals(List.of(true, false), both.nodes().stream().map(Membership.Node::takesState).toList());
        assertEquals(Outcome.End.COMPLETED, firstEnds.get(60, TimeUnit.SECONDS).end());
        assertEquals(Outcome.End.COMPLETED, secondEnds.get(60, TimeUnit.SECONDS).end());
        assertEquals(alone(), first.run.weightsSha256());
    }

    /** Three nodes know by majority whose moments are wrong; without a comparison the fourth one would be given a state again and again whose hash is not the first node's. */
    @Test
    void a_node_may_come_where_a_moment_of_the_leading_node_has_flipped() throws Exception {
        prepareData();
        Node first = new Node("first", true, 3);
        Node second = new Node("second", false, 3);
        Node third = new Node("third", false, 3);
        Node fourth = new Node("fourth", false, 1);
        AtomicBoolean flips = new AtomicBoolean(true);
        first.hurries = () -> {
            if (flips.getAndSet(false)) { // after the first step
                float[] v = first.run.state().v();
                v[0] = Float.intBitsToFloat(Float.floatToRawIntBits(v[0]) ^ 1);
            }
            return first.told.getLast().addresses().contains(fourth.address());
        };
        List<CompletableFuture<Outcome>> ends = new ArrayList<>();
        for (Node node : List.of(first, second, third)) {
            ends.add(node.start());
        }
        first.await(first, second, third);
        while (flips.get()) {
            Thread.sleep(10);
        }
        ends.add(fourth.start());
        fourth.await(first, second, third, fourth);
        for (CompletableFuture<Outcome> end : ends) {
            assertEquals(Outcome.End.COMPLETED, end.get(60, TimeUnit.SECONDS).end());
        }
        assertEquals(alone(), first.run.weightsSha256());
        assertEquals(first.run.weightsSha256(), fourth.run.weightsSha256());
    }

    /** The leading one leaves with this step, since the other one goes on; that one hears the same too late to say so in the step. */
    @Test
    void of_two_nodes_that_are_stopped_a_moment_apart_the_second_one_saves_the_state() throws Exception {
        prepareData();
        Node first = new Node("first", true, 2, "exchange:5");
        Node second = new Node("second", false, 2, "after-ready:5");
        CompletableFuture<Outcome> firstEnds = first.start();
        CompletableFuture<Outcome> secondEnds = second.start();
        assertEquals(new Outcome(Outcome.End.LEFT, 5, Optional.empty()), firstEnds.get(30, TimeUnit.SECONDS));
        Outcome saved = secondEnds.get(60, TimeUnit.SECONDS);
        assertEquals(Outcome.End.STOPPED_BY_FLAG, saved.end());
        assertEquals(5, saved.step());
        assertTrue(Files.isDirectory(saved.checkpoint().orElseThrow()), saved.toString());
        assertEquals(first.run.weightsSha256(), second.run.weightsSha256());
    }

    /** What listens there speaks, too: another run's node, the same one started anew by whatever watches over it, or any other program. */
    @Test
    void a_survivor_goes_on_where_something_else_speaks_at_the_dead_nodes_address() throws Exception {
        prepareData();
        Node first = new Node("first", true, 2);
        Node second = new Node("second", false, 2);
        first.hurries = () -> first.told.getLast().nodes().size() == 1;
        CompletableFuture<Outcome> firstEnds = first.start();
        var _ = second.start();
        first.await(first, second);
        Peer dies = second.endpoint.member().self();
        while (!first.endpoint.member().probe().meet(dies)) {
            Thread.onSpinWait();
        }
        second.endpoint.close();
        try (ServerSocket another = new ServerSocket(dies.port(), 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> speak(another));
            first.await(first);
            assertEquals(Outcome.End.COMPLETED, firstEnds.get(60, TimeUnit.SECONDS).end());
        }
        assertEquals(alone(), first.run.weightsSha256());
    }

    private static void speak(ServerSocket server) {
        List<Socket> open = new ArrayList<>();
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                socket.getOutputStream().write("HZC".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // the next one, or none
            }
        }
        open.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                // closed by the other side
            }
        });
    }

    @Test
    void a_node_that_ends_early_leaves_and_the_others_go_on() throws Exception {
        prepareData();
        Node first = new Node("first", true, 2);
        Node second = new Node("second", false, 2, "never:1", 20);
        CompletableFuture<Outcome> firstEnds = first.start();
        assertEquals(new Outcome(Outcome.End.LEFT, 20, Optional.empty()), second.start().get(60, TimeUnit.SECONDS));
        assertEquals(Outcome.End.COMPLETED, firstEnds.get(60, TimeUnit.SECONDS).end());
        assertEquals(alone(), first.run.weightsSha256());
    }

    @Test
    void where_the_leading_node_ends_early_the_run_ends_on_all_with_a_checkpoint() throws Exception {
        prepareData();
        Node first = new Node("first", true, 3, "never:1", 20);
        Node second = new Node("second", false, 3, "never:1", 20);
        Node third = new Node("third", false, 3);
        CompletableFuture<Outcome> firstEnds = first.start();
        CompletableFuture<Outcome> secondEnds = second.start();
        Outcome other = third.start().get(60, TimeUnit.SECONDS);
        Outcome saved = firstEnds.get(60, TimeUnit.SECONDS);
        assertEquals(Outcome.End.STOPPED_AFTER, saved.end());
        assertEquals(20, saved.step());
        assertTrue(Files.isDirectory(saved.checkpoint().orElseThrow()), saved.toString());
        assertEquals(new Outcome(Outcome.End.STOPPED_AFTER, 20, Optional.empty()), secondEnds.get(60, TimeUnit.SECONDS));
        assertEquals(20, other.step());
        assertEquals(first.run.weightsSha256(), third.run.weightsSha256());
    }

    private static void until(BooleanSupplier state, String what) {
        long end = System.nanoTime() + PATIENCE_NS;
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("no " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The leading node has said that the run stops after step 20, and dies before it writes anything; which nodes have heard that by then is chance. */
    @ParameterizedTest(name = "after {0} of its COMMITs")
    @CsvSource({"39, true", "40, false"})
    void a_stop_that_the_leading_node_has_told_and_does_not_live_to_see_is_kept_to(int commits, boolean secondIsQuick) throws Exception {
        prepareData();
        List<Node> others = new ArrayList<>();
        Node first = new Node("first", true, 3, "between-commits:" + commits, 20, node -> {
            others.get(secondIsQuick ? 0 : 1).awaitStep(20);
            node.die();
        });
        Node second = new Node("second", false, 3, secondIsQuick ? "never:1" : "after-ready:20", STEPS,
            node -> until(() -> node.cluster.get().status(BATCH).waitsFor().isPresent(), "death of the leading node"));
        Node third = new Node("third", false, 3);
        others.addAll(List.of(second, third));
        var _ = first.start();
        CompletableFuture<Outcome> secondEnds = second.start();
        Outcome followed = third.start().get(90, TimeUnit.SECONDS);
        Outcome saved = secondEnds.get(90, TimeUnit.SECONDS);
        assertEquals(20, saved.step());
        assertTrue(Files.isDirectory(saved.checkpoint().orElseThrow()), saved.toString());
        assertEquals(20, followed.step());
        assertEquals(aloneUntil(20), second.run.weightsSha256());
        assertEquals(second.run.weightsSha256(), third.run.weightsSha256());
    }

    /** Memory fails in the last update before it leaves: its hash is nobody's. */
    @Test
    void a_node_does_not_leave_with_weights_that_the_others_do_not_hold() throws Exception {
        prepareData();
        Node first = new Node("first", true, 3, "never:1", 40);
        Node second = new Node("second", false, 3, "never:1", 40);
        Node third = new Node("third", false, 3, "after-ready:20", 20, node -> {
            float[] params = node.run.state().params();
            params[0] = Float.intBitsToFloat(Float.floatToRawIntBits(params[0]) ^ 1);
        });
        CompletableFuture<Outcome> firstEnds = first.start();
        var _ = second.start();
        Outcome left = third.start().get(90, TimeUnit.SECONDS);
        assertEquals(new Outcome(Outcome.End.LEFT, 21, Optional.empty()), left, "it takes the state anew, and leaves after another step");
        assertEquals(Outcome.End.STOPPED_AFTER, firstEnds.get(90, TimeUnit.SECONDS).end());
        assertEquals(aloneUntil(21), third.run.weightsSha256());
        assertEquals(aloneUntil(40), first.run.weightsSha256());
    }

    @Test
    void a_node_that_was_to_leave_saves_the_state_where_the_leading_node_has_died() throws Exception {
        prepareData();
        List<Node> others = new ArrayList<>();
        Node first = new Node("first", true, 2, "between-commits:20", STEPS, node -> {
            others.getFirst().awaitStep(20);
            node.die();
        });
        Node second = new Node("second", false, 2, "never:1", 20);
        others.add(second);
        var _ = first.start();
        Outcome saved = second.start().get(90, TimeUnit.SECONDS);
        assertEquals(Outcome.End.STOPPED_AFTER, saved.end());
        assertTrue(Files.isDirectory(saved.checkpoint().orElseThrow()), saved.toString());
        assertEquals(aloneUntil(20), second.run.weightsSha256());
    }

    private static boolean seenToLeave(Node leader, Node node) {
        List<Membership> told = leader.told;
        boolean came = told.stream().anyMatch(now -> now.addresses().contains(node.address()));
        return came && !told.getLast().addresses().contains(node.address());
    }

    private String alone() {
        return aloneUntil(STEPS);
    }

    private String aloneUntil(int step) {
        try (TrainingRun run = builder("alone-" + step).stopAfter(step).build()) {
            run.run();
            return run.weightsSha256();
        }
    }
}
