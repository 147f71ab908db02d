package lockstep.coordinator.call;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.coordinator.Cluster;
import lockstep.coordinator.secret.Secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Those who don't belong: none gets in, and none makes anybody wait. */
@Timeout(60)
class StrangersTest {
    private static final Secret OTHER = Secret.of("another secret, as long".getBytes(StandardCharsets.US_ASCII));
    private static final long LONG_MS = 30_000;

    private final Cluster cluster = Cluster.of(1);
    private final Echo echo = new Echo();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Failure failure(Reply<?> reply) {
        return assertInstanceOf(Reply.Failed.class, reply, reply::toString).failure();
    }

    @Test
    void aNodeWithAnotherSecretIsNoMember() {
        try (Endpoint other = Endpoint.start(cluster.settings(OTHER), (who, why) -> {})) {
            assertEquals(1, other.member().peers().size());
            assertEquals(1, cluster.get(0).member().peers().size());
        }
    }

    @Test
    void aMemberWithoutTheSecretGetsNoMessageAndIsReported() {
        List<String> refusedByRogue = new CopyOnWriteArrayList<>();
        Endpoint victim = cluster.get(0);
        victim.serve(Echo.SERVICE, echo);
        try (Endpoint rogue = Endpoint.startWithOther(OTHER, cluster.settings(Cluster.SECRET), (who, why) -> refusedByRogue.add(why))) {
            Echo rogues = new Echo();
            rogue.serve(Echo.SERVICE, rogues);
            rogue.open();
            cluster.awaitMembers(2); // Hazelcast lets it in

            Failure refused = failure(rogue.ask(cluster.peer(0), Echo.SERVICE, "hello", Deadline.afterMs(LONG_MS)));
            assertEquals(Failure.Kind.REFUSED, refused.kind(), refused::toString);
            assertTrue(cluster.refusals().getFirst().contains(rogue.member().self().address()), () -> cluster.refusals().toString());
            assertTrue(cluster.refusals().getFirst().endsWith("doesn't know the cluster's secret"), () -> cluster.refusals().toString());

            Failure mutual = failure(victim.ask(rogue.member().self(), Echo.SERVICE, "a gradient", Deadline.afterMs(LONG_MS)));
            assertEquals(Failure.Kind.REFUSED, mutual.kind(), mutual::toString);
            assertEquals(List.of(), echo.asked);
            assertEquals(List.of(), rogues.asked);
        }
    }

    @Test
    void aRequestWithoutAHandshakeOrWithAForgedSessionIsRefused() throws Exception {
        Endpoint member = cluster.add(Cluster.SECRET);
        cluster.awaitMembers(2);
        cluster.get(0).serve(Echo.SERVICE, echo);
        Request request = new Request(Request.Kind.CALL, UUID.randomUUID(), 0, Echo.SERVICE.id(), 1000,
            Wire.encode(Echo.TEXT, "hello"), new byte[32]);
        submit(member, new RequestTask(null, request)).get(LONG_MS, TimeUnit.MILLISECONDS);
        assertEquals(List.of("somebody: it calls without a handshake"), cluster.refusals());
        assertEquals(List.of(), echo.asked);
    }

    @Test
    void aLengthThatIsTooLargeIsRefusedBeforeAnythingIsAllocated() throws Exception {
        Endpoint member = cluster.add(Cluster.SECRET);
        cluster.awaitMembers(2);
        submit(member, new Oversized()).get(LONG_MS, TimeUnit.MILLISECONDS);
        assertEquals(1, cluster.refusals().size());
        assertTrue(cluster.refusals().getFirst().contains("length 2147483647"), () -> cluster.refusals().toString());
    }

    @Test
    void aClassThatIsNotOnTheListIsNeverRead() {
        Endpoint member = cluster.add(Cluster.SECRET);
        cluster.awaitMembers(2);
        ExecutionException refused = assertThrows(ExecutionException.class,
            () -> submit(member, new Forbidden()).get(LONG_MS, TimeUnit.MILLISECONDS));
        assertTrue(refused.toString().contains(Forbidden.class.getName()), refused::toString);
        assertEquals(0, Forbidden.READ.get());
    }

    /**
     * Whoever is a member can have a class run that is on our class path. What it throws costs us no thread, also where its sender never learns of it, since Java's serialisation lets the exception through on no
     * side that has our list.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tasksThatThrowKeepNobodyElseWaiting(boolean onTheList) {
        Endpoint member = cluster.add(Cluster.SECRET);
        cluster.awaitMembers(2);
        cluster.get(0).serve(Echo.SERVICE, echo);
        int tasks = 2 * Lane.CONTROL.threads();
        int before = Throwing.RUN.get();
        List<Future<String>> thrown = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            thrown.add(submit(member, new Throwing(onTheList)));
        }
        Cluster.await("all tasks", () -> Throwing.RUN.get() == before + tasks);
        assertEquals(new Reply.Answered<>("hello"), member.ask(cluster.peer(0), Echo.SERVICE, "hello", Deadline.afterMs(LONG_MS)));
        if (onTheList) {
            for (Future<String> future : thrown) {
                ExecutionException why = assertThrows(ExecutionException.class, () -> future.get(LONG_MS, TimeUnit.MILLISECONDS));
                assertInstanceOf(IllegalStateException.class, why.getCause());
            }
        }
    }

    @Test
    void aHazelcastClientIsTurnedAway() {
        ClientConfig config = new ClientConfig();
        config.setClusterName(cluster.get(0).member().hazelcast().getConfig().getClusterName());
        config.getNetworkConfig().addAddress(cluster.peer(0).address());
        config.getConnectionStrategyConfig().getConnectionRetryConfig().setClusterConnectTimeoutMillis(1000);
        config.setProperty("hazelcast.logging.type", "slf4j");
        assertThrows(IllegalStateException.class, () -> {
            HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
            client.shutdown();
        });
    }

    @Test
    void aNumberIsTakenOnce() {
        ReplayWindow window = new ReplayWindow();
        assertTrue(window.take(5) && window.take(3) && window.take(0));
        assertTrue(!window.take(5) && !window.take(3) && !window.take(-1));
        assertTrue(window.take(5 + ReplayWindow.WIDTH) && !window.take(5));
        assertTrue(window.take(6));
        assertTrue(window.take(Long.MAX_VALUE) && !window.take(7) && !window.take(Long.MAX_VALUE));
    }

    private <T> Future<T> submit(Endpoint from, Callable<T> task) {
        return from.member().hazelcast().getExecutorService(Lane.CONTROL.executor()).submitToMember(task,
            from.member().hazelcastMember(cluster.peer(0).id()));
    }

    /** What Java serialisation must not bring to life. */
    private static final class Forbidden implements Callable<String>, Serializable {
        private static final long serialVersionUID = 1;
        static final AtomicInteger READ = new AtomicInteger();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            READ.incrementAndGet();
            in.defaultReadObject();
        }

        @Override
        public String call() {
            READ.incrementAndGet();
            return "in";
        }
    }

    /** In Hazelcast's own format, by the class's name. */
    static final class Throwing implements Callable<String>, DataSerializable {
        static final AtomicInteger RUN = new AtomicInteger();
        private boolean onTheList;

        Throwing() {}

        Throwing(boolean onTheList) {
            this.onTheList = onTheList;
        }

        @Override
        public String call() {
            RUN.incrementAndGet();
            throw onTheList ? new IllegalStateException("as tasks may") : new Unlisted();
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            out.writeBoolean(onTheList);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            onTheList = in.readBoolean();
        }
    }

    /** An exception that Java's serialisation must not bring back. */
    private static final class Unlisted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A request whose body claims two gigabytes. */
    private static final class Oversized implements Callable<Object>, IdentifiedDataSerializable {
        @Override
        public Object call() {
            throw new AssertionError("runs nowhere");
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            out.writeByte(Wire.VERSION);
            out.writeByte(Request.Kind.CALL.ordinal());
            out.writeLong(0);
            out.writeLong(0);
            out.writeLong(0);
            out.writeInt(Echo.SERVICE.id());
            out.writeInt(1000);
            out.writeInt(Integer.MAX_VALUE);
        }

        @Override
        public void readData(ObjectDataInput in) {
            throw new AssertionError("is read as a request");
        }

        @Override
        public int getFactoryId() {
            return Wire.FACTORY_ID;
        }

        @Override
        public int getClassId() {
            return Wire.REQUEST;
        }
    }
}
