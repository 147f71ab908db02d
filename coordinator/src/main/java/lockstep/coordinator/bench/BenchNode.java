package lockstep.coordinator.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.coordinator.bench.BenchMessages.Order;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.exchange.AllReduce;
import lockstep.coordinator.exchange.ExchangePlan;
import lockstep.coordinator.exchange.Finish;
import lockstep.coordinator.exchange.Outcome;
import lockstep.coordinator.exchange.Partial;
import lockstep.coordinator.exchange.Round;
import lockstep.coordinator.exchange.Subtree;
import lockstep.coordinator.exchange.Transfers;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.member.Peer;

/** One rank of the benchmark, in a process of its own; does what rank 0 says. */
public final class BenchNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BenchNode.class);
    private static final long PART_MS = 120_000;
    private static final int STARTING_MS = 30_000;
    private static final int PATTERN = 7; // a mask: cheap, since what it fills is not what is timed

    /**
     * @param nodes how many members there will be
     * @param floats of the gradient
     */
    public record Size(int nodes, int floats) {}

    private final Size size;
    private final Endpoint endpoint;
    private final AllReduce allReduce;
    private final float[] grads;
    private volatile ExchangePlan plan;
    private RawExchange raw;

    private BenchNode(MemberSettings settings, Size size) {
        this.size = size;
        this.endpoint = Endpoint.start(settings, (who, why) -> LOG.warn("{} was refused: {}", who, why));
        this.allReduce = new AllReduce(endpoint, Transfers.DEFAULT);
        this.grads = new float[size.floats()];
    }

    /** Starts a rank and returns at once. */
    public static BenchNode start(MemberSettings settings, Size size) {
        BenchNode node = new BenchNode(settings, size);
        node.endpoint.serve(BenchMessages.ORDERS, (caller, order, deadline) -> new Answer.Value<>(node.run(order)));
        node.endpoint.serve(BenchMessages.RAW_PORT, (caller, nothing, deadline) -> new Answer.Value<>(node.raw().port()));
        node.endpoint.open();
        return node;
    }

    public String address() {
        return endpoint.member().self().address();
    }

    /** How many members are there. */
    public int members() {
        return endpoint.member().peers().size();
    }

    /** Does a part here and has all others do it at the same time; returns how many values were wrong. */
    int runEverywhere(Order order) {
        List<PendingCall<Integer>> others = new ArrayList<>();
        for (Peer peer : endpoint.member().peers()) {
            if (!peer.equals(endpoint.member().self())) {
                others.add(endpoint.call(peer, BenchMessages.ORDERS, order, FloatSink.NONE, Deadline.afterMs(PART_MS)));
            }
        }
        int wrong = run(order);
        for (PendingCall<Integer> other : others) {
            wrong += value(other.await());
        }
        return wrong;
    }

    private static <A> A value(Reply<A> reply) {
        return switch (reply) {
            case Reply.Answered<A>(A value) -> value;
            case Reply.Failed<A>(Failure failure) -> throw new IllegalStateException(failure.toString());
        };
    }

    private int run(Order order) {
        switch (order.part()) {
            case CONNECT -> connect();
            case PREPARE -> fill(order.step());
            case RAW -> raw().allReduce(grads);
            case REDUCE -> reduce(order.step());
            case CHECK -> {
                return wrongValues(order.step());
            }
        }
        return 0;
    }

    private RawExchange raw() {
        synchronized (this) {
            if (raw == null) {
                List<Peer> ranks = endpoint.member().peers();
                raw = new RawExchange(ranks.indexOf(endpoint.member().self()), ranks.size(), size.floats());
            }
            return raw;
        }
    }

    private void connect() {
        List<Peer> ranks = endpoint.member().peers();
        int rank = ranks.indexOf(endpoint.member().self());
        plan = new ExchangePlan(ranks, rank, size.floats(), groups(), shares());
        RawExchange mine = raw();
        try {
            for (int peer = 0; peer < rank; peer++) {
                mine.connect(peer, value(endpoint.ask(ranks.get(peer), BenchMessages.RAW_PORT, 0, Deadline.afterMs(STARTING_MS))));
            }
            for (int peer = rank + 1; peer < ranks.size(); peer++) {
                mine.accept();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One group a node, and what is left of the tree as further leaves of the last ones. */
    private List<List<Subtree>> shares() {
        List<List<Subtree>> shares = new ArrayList<>();
        int twice = groups() - size.nodes(); // nodes that hold two neighbouring groups; they come first
        for (int node = 0; node < size.nodes(); node++) {
            shares.add(List.of(node < twice ? new Subtree(2 * node, 1) : new Subtree(twice + node, 0)));
        }
        return shares;
    }

    private int groups() {
        return Integer.highestOneBit(2 * size.nodes() - 1);
    }

    private void reduce(int step) {
        Partial partial = new Partial(plan.shares().get(plan.rank()).getFirst(), grads);
        Round round = allReduce.begin(plan, step, grads, List.of(partial), Finish.NOTHING, Deadline.afterMs(PART_MS));
        round.offer(0, grads.length);
        if (round.await() instanceof Outcome.Failed(Failure failure)) {
            throw new IllegalStateException(failure.toString());
        }
    }

    /** Small whole numbers, which every order of sums adds exactly. */
    private void fill(int step) {
        for (int i = 0; i < grads.length; i++) {
            grads[i] = plan.rank() + 1 + (i + step & PATTERN);
        }
    }

    private int wrongValues(int step) {
        int N = size.nodes();
        int wrong = 0;
        for (int i = 0; i < grads.length; i++) {
            if (grads[i] != N * (N + 1) / 2 + N * (i + step & PATTERN)) {
                wrong++;
            }
        }
        return wrong;
    }

    @Override
    public void close() {
        allReduce.close();
        endpoint.close();
        if (raw != null) {
            raw.close();
        }
    }
}
