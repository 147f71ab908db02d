package lockstep.coordinator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.secret.Secret;

/** Members of one cluster in this JVM, on free ports of the loopback. */
public final class Cluster implements AutoCloseable {
    public static final Secret SECRET = Secret.of("the secret of all tests".getBytes(StandardCharsets.US_ASCII));
    private static final long PATIENCE_MS = 20_000;

    private final List<Endpoint> endpoints = new ArrayList<>();
    /** What any of them reported of somebody that was turned away. */
    private final List<String> refusals = new CopyOnWriteArrayList<>();

    public static Cluster of(int members) {
        Cluster cluster = new Cluster();
        for (int i = 0; i < members; i++) {
            cluster.add(SECRET);
        }
        cluster.awaitMembers(members);
        return cluster;
    }

    public Endpoint add(Secret secret) {
        Endpoint endpoint = Endpoint.start(settings(secret), (who, why) -> refusals.add(who + ": " + why));
        endpoint.open();
        endpoints.add(endpoint);
        return endpoint;
    }

    /** Settings of one more member. */
    public MemberSettings settings(Secret secret) {
        List<String> known = endpoints.stream().map(endpoint -> endpoint.member().self().address()).toList();
        return new MemberSettings("test", MemberSettings.LOOPBACK, 0, known, secret);
    }

    public void awaitMembers(int members) {
        await(members + " members", () -> endpoints.stream().allMatch(endpoint -> endpoint.member().peers().size() == members));
    }

    public static void await(String what, BooleanSupplier state) {
        Deadline deadline = Deadline.afterMs(PATIENCE_MS);
        while (!state.getAsBoolean()) {
            if (deadline.passed()) {
                throw new AssertionError("waited " + deadline + " for " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    public Endpoint get(int index) {
        return endpoints.get(index);
    }

    public Peer peer(int index) {
        return endpoints.get(index).member().self();
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    public List<String> refusals() {
        return refusals;
    }

    @Override
    public void close() {
        endpoints.forEach(Endpoint::close);
    }
}
