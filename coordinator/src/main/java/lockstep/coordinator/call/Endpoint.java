package lockstep.coordinator.call;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.spi.exception.TargetNotMemberException;

import lockstep.coordinator.call.Handshake.Challenge;
import lockstep.coordinator.call.Handshake.Hello;
import lockstep.coordinator.call.Request.Kind;
import lockstep.coordinator.member.Member;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.member.MembershipListener;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.secret.MacKey;
import lockstep.coordinator.secret.Secret;

/** This node's end of all calls: what it serves, and how it calls others. Owns the member. */
public final class Endpoint implements AutoCloseable {
    /** A greeting and a proof: two round trips of a few hundred bytes. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    private static final int QUEUE = 4096;
    /** What nobody waits for in earnest: a week. */
    private static final long LONGEST_MS = 604_800_000;

    private record Session(UUID id, MacKey key) {}

    private final Secret secret;
    private final Buffers buffers = new Buffers();
    private final PendingCalls pending = new PendingCalls(this::forget);
    private final Responder responder;
    private final RefusalListener refusals;
    private final Member member;
    private final Pulse pulse;
    private final Map<Lane, IExecutorService> lanes = new EnumMap<>(Lane.class);
    private final ConcurrentMap<UUID, Session> sessions = new ConcurrentHashMap<>();

    private Endpoint(MemberSettings settings, Secret secret, RefusalListener refusals, Consumer<Config> further) {
        this.secret = secret;
        this.refusals = refusals;
        this.responder = new Responder(secret, buffers, pending, refusals);
        this.member = Member.start(settings, further.andThen(this::configure));
        for (Lane lane : Lane.values()) {
            lanes.put(lane, member.hazelcast().getExecutorService(lane.executor()));
        }
        responder.attach(member);
        member.listen(new MembershipListener() {
            @Override
            public void joined(Peer peer) {}

            @Override
            public void left(Peer peer) {
                sessions.remove(peer.id());
                responder.forget(peer);
                pending.failOf(peer, "it has left");
            }
        });
        responder.serve(Pulse.PING, (_, _, _) -> new Answer.Value<>(true));
        this.pulse = new Pulse(this);
    }

    /** Starts a member that answers nobody before a handshake. */
    public static Endpoint start(MemberSettings settings, RefusalListener refusals) {
        return new Endpoint(settings, settings.secret(), refusals, config -> {});
    }

    /** One that Hazelcast is told more about: for tests, which have it behind an address that isn't its own. */
    static Endpoint startConfigured(MemberSettings settings, RefusalListener refusals, Consumer<Config> further) {
        return new Endpoint(settings, settings.secret(), refusals, further);
    }

    /** One that knows the cluster's name, as whoever listens on the network does, and has another secret: for tests of what becomes of it. */
    static Endpoint startWithOther(Secret secret, MemberSettings settings, RefusalListener refusals) {
        return new Endpoint(settings, secret, refusals, config -> {});
    }

    private void configure(Config config) {
        DataSerializableFactory factory = id -> switch (id) {
            case Wire.REQUEST -> new RequestTask(responder);
            case Wire.REPLY -> new ReplyMessage(buffers, pending);
            default -> null;
        };
        config.getSerializationConfig().addDataSerializableFactory(Wire.FACTORY_ID, factory);
        for (Lane lane : Lane.values()) {
            config.addExecutorConfig(new ExecutorConfig(lane.executor()).setPoolSize(lane.threads()).setQueueCapacity(QUEUE)
                .setStatisticsEnabled(false));
        }
    }

    public Member member() {
        return member;
    }

    public <Q, A> void serve(Service<Q, A> service, Handler<Q, A> handler) {
        responder.serve(service, handler);
    }

    /** All services are served: who greets is answered from now on. Until then it waits, so that nobody meets a node that knows only half of them. */
    public void open() {
        responder.open();
    }

    /** Calls a peer and waits for its answer. */
    public <Q, A> Reply<A> ask(Peer peer, Service<Q, A> service, Q question, Deadline deadline) {
        return call(peer, service, question, FloatSink.NONE, deadline).await();
    }

    /** Calls a peer that may be busy for any time before it answers; ends when the peer gives no sign of life. */
    public <Q, A> PatientCall<A> callPatiently(Peer peer, Service<Q, A> service, Q question) {
        PendingCall<A> call = call(peer, service, question, FloatSink.NONE, Deadline.afterMs(LONGEST_MS));
        return new PatientCall<>(call, new SignsOfLife(this, peer));
    }

    /**
     * Calls a peer, after a handshake where there was none yet, and returns as soon as the request is on its way.
     *
     * @param sink takes the floats behind the answer
     */
    public <Q, A> PendingCall<A> call(Peer peer, Service<Q, A> service, Q question, FloatSink sink, Deadline deadline) {
        PendingCall<A> call = new PendingCall<>(peer, service.name(), deadline, service.answer(), sink);
        Reply<Session> opened = session(peer, deadline);
        switch (opened) {
            case Reply.Failed<Session>(Failure failure) -> call.fail(failure.kind(), failure.text());
            case Reply.Answered<Session>(Session session) -> {
                long number = pending.number();
                Request bare = new Request(Kind.CALL, session.id(), number, service.id(), waitMs(deadline),
                    Wire.encode(service.question(), question), Request.NO_BYTES);
                Request request = new Request(bare.kind(), bare.session(), number, bare.service(), bare.waitMs(), bare.body(),
                    session.key().mac(bare.fields()));
                submit(peer, service.lane(), request, call, PendingCalls.Check.mac(session.key()));
            }
        }
        return call;
    }

    /** Proves the secret to a peer and has it prove that it knows it too, unless that was done. */
    public Reply<Peer> greet(Peer peer, Deadline deadline) {
        return switch (session(peer, deadline)) {
            case Reply.Failed<Session>(Failure failure) -> new Reply.Failed<>(failure);
            case Reply.Answered<Session>(Session _) -> new Reply.Answered<>(peer);
        };
    }

    /** Whether a handshake with this peer has succeeded, and the peer has not left since. */
    boolean knows(Peer peer) {
        return sessions.containsKey(peer.id());
    }

    /** For tests: whether this node would take the peer for dead by what it sees itself. */
    boolean noticesDeathOf(Peer peer) {
        return knows(peer) && pulse.believesRefusalsOf(peer);
    }

    /** The next call to this peer begins with a handshake: it has forgotten the last one. */
    private void forget(Peer peer) {
        sessions.remove(peer.id());
    }

    private Reply<Session> session(Peer peer, Deadline deadline) {
        Session known = sessions.get(peer.id());
        if (known != null) {
            return new Reply.Answered<>(known);
        }
        Reply<Session> opened = handshake(peer, deadline.remainingNs() < HANDSHAKE.toNanos() ? deadline : Deadline.after(HANDSHAKE));
        if (opened instanceof Reply.Answered<Session>(Session session)) {
            sessions.put(peer.id(), session);
            if (!member.has(peer.id())) {
                sessions.remove(peer.id()); // it left in between, and nobody else would remove this
            }
        }
        return opened;
    }

    private Reply<Session> handshake(Peer peer, Deadline deadline) {
        Hello hello = new Hello(member.self(), peer, Handshake.nonce());
        PendingCall<Challenge> greeting = new PendingCall<>(peer, "a challenge", deadline, Challenge.CODEC, FloatSink.NONE);
        send(peer, new Request(Kind.HELLO, Request.NO_SESSION, pending.number(), 0, waitMs(deadline), Wire.encode(Hello.CODEC, hello),
            Request.NO_BYTES), greeting);
        return switch (greeting.await()) {
            case Reply.Failed<Challenge>(Failure failure) -> new Reply.Failed<>(failure);
            case Reply.Answered<Challenge>(Challenge challenge) -> prove(
                new Handshake(hello.caller(), peer, hello.nonce(), challenge.session(), challenge.nonce()), deadline);
        };
    }

    private Reply<Session> prove(Handshake handshake, Deadline deadline) {
        Peer peer = handshake.responder();
        PendingCall<byte[]> proof = new PendingCall<>(peer, "its proof of the secret", deadline, PROOF, FloatSink.NONE);
        send(peer, new Request(Kind.PROVE, handshake.session(), pending.number(), 0, waitMs(deadline), Request.NO_BYTES,
            handshake.callerProof(secret)), proof);
        Reply<byte[]> reply = proof.await();
        if (reply instanceof Reply.Answered<byte[]>(byte[] mac)) {
            if (MessageDigest.isEqual(handshake.responderProof(secret), mac)) {
                return new Reply.Answered<>(new Session(handshake.session(), handshake.key(secret)));
            }
            refusals.refused(peer.toString(), "it doesn't know the cluster's secret");
            return Reply.failed(Failure.Kind.REFUSED, peer + " doesn't know the cluster's secret");
        }
        return new Reply.Failed<>(((Reply.Failed<byte[]>) reply).failure());
    }

    private void send(Peer peer, Request request, PendingCall<?> call) {
        submit(peer, Lane.CONTROL, request, call, PendingCalls.Check.NONE);
    }

    private void submit(Peer peer, Lane lane, Request request, PendingCall<?> call, PendingCalls.Check check) {
        long number = request.number();
        pending.add(number, call, check);
        try {
            lanes.get(lane).submitToMember(new RequestTask(responder, request), member.hazelcastMember(peer.id()),
                new Completion(peer, number, call));
        } catch (NoSuchElementException | HazelcastException | IllegalStateException | RejectedExecutionException e) {
            pending.remove(number);
            failed(peer, call, e);
        }
    }

    /** The reply completes the call while it is read, on a thread of Hazelcast's (see ReplyMessage): what is left is that it was none. */
    private final class Completion implements ExecutionCallback<ReplyMessage> {
        private final Peer peer;
        private final long number;
        private final PendingCall<?> call;

        Completion(Peer peer, long number, PendingCall<?> call) {
            this.peer = peer;
            this.number = number;
            this.call = call;
        }

        @Override
        public void onResponse(ReplyMessage reply) {
            pending.remove(number);
            call.fail(Failure.Kind.BROKEN, "its reply was not signed by it");
        }

        @Override
        public void onFailure(Throwable thrown) {
            pending.remove(number);
            failed(peer, call, thrown);
        }
    }

    private void failed(Peer peer, PendingCall<?> call, Throwable thrown) {
        switch (thrown) {
            case NoSuchElementException _ -> call.fail(Failure.Kind.PEER_LEFT, "it is no member any more");
            case MemberLeftException _ -> call.fail(Failure.Kind.PEER_LEFT, "it has left");
            case TargetNotMemberException _ -> call.fail(Failure.Kind.PEER_LEFT, "it is no member any more");
            case HazelcastInstanceNotActiveException _ when member.has(peer.id()) -> call.fail(Failure.Kind.CLOSED, "a member is closing");
            case HazelcastInstanceNotActiveException _ -> call.fail(Failure.Kind.PEER_LEFT, "it is closing");
            default -> call.fail(Failure.Kind.BROKEN, "Hazelcast says: " + thrown);
        }
    }

    private static int waitMs(Deadline deadline) {
        return (int) Math.min(Wire.MAX_WAIT_MS, deadline.remainingNs() / 1_000_000);
    }

    /** Ends every call that waits, then leaves the cluster. */
    @Override
    public void close() {
        pulse.close();
        pending.failAll("this node is closing");
        member.close();
    }

    private static final Codec<byte[]> PROOF = new Codec<>() {
        @Override
        public void write(byte[] mac, DataOutput out) throws IOException {
            out.write(mac);
        }

        @Override
        public byte[] read(DataInput in) throws IOException {
            byte[] mac = new byte[MacKey.MAC_BYTES];
            in.readFully(mac);
            return mac;
        }
    };
}
