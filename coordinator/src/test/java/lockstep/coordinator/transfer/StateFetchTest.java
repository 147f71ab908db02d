package lockstep.coordinator.transfer;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.fault.FailPoints;
import lockstep.common.replica.Replica;
import lockstep.coordinator.Cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A state on its way from one member to another, in a generation that may be over before it is there. */
@Timeout(60)
class StateFetchTest {
    private static final long GENERATION = 7;
    private static final int STEP = 3;
    private static final int FLOATS = 1000;

    private final Source source = new Source();
    private Cluster cluster;

    /** Has a state of tensors full of one value each, from when the test says so. */
    private static final class Source implements StateSource {
        final CountDownLatch asked = new CountDownLatch(1);
        volatile Optional<Replica> state = Optional.empty();
        volatile long promised = GENERATION;
        final LongAdder looks = new LongAdder();
        final LongAdder given = new LongAdder();

        @Override
        public Optional<Replica> at(long generation, int step) {
            asked.countDown();
            looks.increment();
            return state.filter(_ -> generation == GENERATION && step == STEP);
        }

        @Override
        public void gave() {
            given.increment();
        }

        @Override
        public boolean isOver(long generation) {
            return promised > generation;
        }
    }

    @BeforeEach
    void start() {
        cluster = Cluster.of(2);
        new StateServer(cluster.get(0), source, FailPoints.NONE);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static float[][] tensors(float... values) {
        float[][] tensors = new float[values.length][FLOATS];
        for (int i = 0; i < values.length; i++) {
            Arrays.fill(tensors[i], values[i]);
        }
        return tensors;
    }

    /** A replica as far as a transfer needs one. */
    private static Replica replica(float[][] tensors) {
        return replica(tensors, () -> new byte[] {1, 2, 3});
    }

    private static Replica replica(float[][] tensors, Supplier<byte[]> progress) {
        return replica(tensors, progress, _ -> {});
    }

    private static Replica replica(float[][] tensors, Supplier<byte[]> progress, Consumer<byte[]> restore) {
        return (Replica) Proxy.newProxyInstance(Replica.class.getClassLoader(), new Class<?>[] {Replica.class},
            (_, method, arguments) -> switch (method.getName()) {
                case "tensors" -> tensors;
                case "progress" -> progress.get();
                case "step" -> STEP;
                case "restore" -> {
                    restore.accept((byte[]) arguments[0]);
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.toString());
            });
    }

    private CompletableFuture<Optional<String>> fetch(float[][] into, CompletableFuture<String> over) {
        StateFetch fetch = new StateFetch(cluster.get(1), FailPoints.NONE);
        return CompletableFuture.supplyAsync(() -> fetch.fetch(replica(into), List.of(cluster.peer(0)), GENERATION, STEP,
            () -> Optional.ofNullable(over.getNow(null))), Thread::startVirtualThread);
    }

    @Test
    void a_state_that_is_there_soon_arrives_whole() {
        float[][] into = tensors(0, 0, 0);
        CompletableFuture<Optional<String>> fetch = fetch(into, new CompletableFuture<>());
        Cluster.await("the first question", () -> source.asked.getCount() == 0);
        source.state = Optional.of(replica(tensors(1, 2, 3)));
        assertEquals(Optional.empty(), fetch.join());
        assertArrayEquals(tensors(1, 2, 3), into);
    }

    /** A large model's update, and its hash, on a slow machine: whoever asks hears soon that it takes longer. */
    @Test
    void what_takes_longer_than_an_answer_is_asked_for_again() {
        new StateServer(cluster.get(1), source, FailPoints.NONE, 20);
        float[][] into = tensors(0, 0, 0);
        StateFetch fetch = new StateFetch(cluster.get(0), FailPoints.NONE, 10_000);
        CompletableFuture<Optional<String>> fetched = CompletableFuture.supplyAsync(
            () -> fetch.fetch(replica(into), List.of(cluster.peer(1)), GENERATION, STEP, Optional::empty), Thread::startVirtualThread);
        Cluster.await("many answers that it isn't there", () -> source.looks.sum() > 50);
        CountDownLatch hashed = new CountDownLatch(1);
        source.state = Optional.of(replica(tensors(1, 2, 3), () -> {
            awaitQuietly(hashed);
            return new byte[] {1, 2, 3};
        }));
        Cluster.await("all pieces", () -> source.given.sum() == 3);
        long before = source.looks.sum();
        Cluster.await("many answers that the hash isn't there", () -> source.looks.sum() > before + 10);
        hashed.countDown();
        assertEquals(Optional.empty(), fetched.join());
        assertArrayEquals(tensors(1, 2, 3), into);
    }

    /** The leading node validates while others take the state, and then has a better loss. */
    @Test
    void what_changes_while_it_is_hashed_arrives_as_it_was_hashed() {
        AtomicInteger asked = new AtomicInteger();
        source.state = Optional.of(replica(tensors(1), () -> new byte[] {(byte) asked.incrementAndGet()}));
        AtomicReference<byte[]> restored = new AtomicReference<>();
        Replica takes = replica(tensors(0), restored::get, restored::set);
        StateFetch fetch = new StateFetch(cluster.get(1), FailPoints.NONE);
        assertEquals(Optional.empty(), fetch.fetch(takes, List.of(cluster.peer(0)), GENERATION, STEP, Optional::empty));
        assertEquals(Optional.empty(), fetch.fetch(takes, List.of(cluster.peer(0)), GENERATION, STEP, Optional::empty), "for another node");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void the_wait_ends_with_the_generation_and_what_comes_later_writes_nowhere() {
        float[][] into = tensors(0, 0, 0);
        CompletableFuture<String> over = new CompletableFuture<>();
        CompletableFuture<Optional<String>> fetch = fetch(into, over);
        Cluster.await("the first question", () -> source.asked.getCount() == 0);
        over.complete("a node of it has left");
        Optional<String> failure = fetch.join();
        assertTrue(failure.orElse("none").contains("a node of it has left"), failure::toString);
        source.state = Optional.of(replica(tensors(1, 2, 3)));
        // the same question once more, so that a late answer to the old one has had its time
        float[][] again = tensors(0, 0, 0);
        assertEquals(Optional.empty(), fetch(again, new CompletableFuture<>()).join());
        assertArrayEquals(tensors(1, 2, 3), again);
        assertArrayEquals(tensors(0, 0, 0), into);
    }

    @Test
    void a_holder_that_keeps_to_a_later_generation_says_so_at_once() {
        source.promised = GENERATION + 1;
        Optional<String> failure = fetch(tensors(0, 0, 0), new CompletableFuture<>()).join();
        assertTrue(failure.orElse("none").contains("generation 7 is over here"), failure::toString);
    }
}
