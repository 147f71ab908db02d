package lockstep.coordinator.call;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.coordinator.call.Handshake.Challenge;
import lockstep.coordinator.call.Handshake.Hello;
import lockstep.coordinator.call.ReplyMessage.Head;
import lockstep.coordinator.member.Member;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.secret.MacKey;
import lockstep.coordinator.secret.Secret;

/** Answers requests: handshakes of anybody, everything else only of who has proved the secret. Never throws. */
final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
    /** Handshakes begun and not ended: those of a stranger push out his own first. */
    private static final int MAX_BEGUN = 256;

    /** How long a greeting may wait for this node's services and its view of the members: not so long that strangers could hold all threads for good. */
    private static final long OPENING_MS = 5_000;
    private static final long POLL_NS = 5_000_000;

    private record Session(Peer peer, MacKey key, ReplayWindow numbers) {}

    private record Served<Q, A>(Service<Q, A> service, Handler<Q, A> handler) {}

    private final Secret secret;
    private final Buffers buffers;
    private final PendingCalls pending;
    private final RefusalListener refusals;
    private final ConcurrentMap<Integer, Served<?, ?>> services = new ConcurrentHashMap<>();
    private final ConcurrentMap<UUID, Session> sessions = new ConcurrentHashMap<>();
    private final LinkedHashMap<UUID, Handshake> begun = new LinkedHashMap<>();
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile Member member;

    Responder(Secret secret, Buffers buffers, PendingCalls pending, RefusalListener refusals) {
        this.secret = secret;
        this.buffers = buffers;
        this.pending = pending;
        this.refusals = refusals;
    }

    void attach(Member member) {
        this.member = member;
    }

    void open() {
        opened.countDown();
    }

    <Q, A> void serve(Service<Q, A> service, Handler<Q, A> handler) {
        if (services.putIfAbsent(service.id(), new Served<>(service, handler)) != null) {
            throw new IllegalStateException("service " + service.id() + " is served already: " + service.name());
        }
    }

    void forget(Peer peer) {
        sessions.values().removeIf(session -> session.peer().id().equals(peer.id()));
    }

    ReplyMessage malformed(String problem) {
        refusals.refused("somebody", problem);
        return unsigned(-1, new Failure(Failure.Kind.BROKEN, problem));
    }

    ReplyMessage respond(Request request) {
        try {
            return switch (request.kind()) {
                case HELLO -> hello(request);
                case PROVE -> prove(request);
                case CALL -> call(request);
            };
        } catch (RuntimeException e) {
            LOG.warn("a request could not be answered", e);
            return unsigned(request.number(), new Failure(Failure.Kind.INTERNAL, e.toString()));
        }
    }

    private ReplyMessage hello(Request request) {
        Deadline deadline = Deadline.afterMs(Math.min(request.waitMs(), OPENING_MS));
        if (!isOpen(deadline)) {
            return unsigned(request.number(), new Failure(Failure.Kind.NOT_READY, "this node is still starting"));
        }
        Hello hello;
        try {
            hello = Wire.decode(Hello.CODEC, request.body());
        } catch (IOException e) {
            return refuse(request, "somebody", "its greeting can't be read: " + e.getMessage());
        }
        if (!hello.responder().equals(member.self())) {
            return refuse(request, hello.caller().toString(), "it greets " + hello.responder() + ", and this is " + member.self());
        }
        if (!isMember(hello.caller(), deadline)) {
            return refuse(request, hello.caller().toString(), "it is no member");
        }
        Challenge challenge = new Challenge(UUID.randomUUID(), Handshake.nonce());
        Handshake handshake = new Handshake(hello.caller(), hello.responder(), hello.nonce(), challenge.session(), challenge.nonce());
        synchronized (begun) {
            begun.put(challenge.session(), handshake);
            if (begun.size() > MAX_BEGUN) {
                begun.pollFirstEntry();
            }
        }
        return new ReplyMessage(buffers, pending, head(request.number(), ReplyMessage.ANSWERED, Wire.encode(Challenge.CODEC, challenge)));
    }

    private boolean isOpen(Deadline deadline) {
        try {
            return opened.await(deadline.remainingNs(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Members learn of each other one after the other: the caller may know this node before this node knows the caller. */
    private boolean isMember(Peer caller, Deadline deadline) {
        while (!member.peers().contains(caller)) {
            if (deadline.passed()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return true;
    }

    private ReplyMessage prove(Request request) {
        Handshake handshake;
        synchronized (begun) {
            handshake = begun.remove(request.session());
        }
        if (handshake == null) {
            return refuse(request, "somebody", "it ends a handshake that was not begun, or long ago");
        }
        if (!MessageDigest.isEqual(handshake.callerProof(secret), request.mac())) {
            return refuse(request, handshake.caller().toString(), "it doesn't know the cluster's secret");
        }
        sessions.put(handshake.session(), new Session(handshake.caller(), handshake.key(secret), new ReplayWindow()));
        return new ReplyMessage(buffers, pending, head(request.number(), ReplyMessage.ANSWERED, handshake.responderProof(secret)));
    }

    private ReplyMessage call(Request request) {
        Session session = sessions.get(request.session());
        if (session == null) {
            return refuse(request, "somebody", "it calls without a handshake");
        }
        if (!session.key().verifies(request.fields(), request.mac())) {
            return refuse(request, session.peer() + " or somebody in its name", "the MAC of its request is wrong");
        }
        if (!session.numbers().take(request.number())) {
            return refuse(request, session.peer() + " or somebody in its name", "request " + request.number() + " came twice");
        }
        Served<?, ?> served = services.get(request.service());
        if (served == null) {
            return signed(session, request, new Failure(Failure.Kind.REFUSED, "there is no service " + request.service() + " here"));
        }
        return answer(session, request, served);
    }

    private <Q, A> ReplyMessage answer(Session session, Request request, Served<Q, A> served) {
        Answer<A> answer;
        try {
            Q question = Wire.decode(served.service().question(), request.body());
            answer = served.handler().answer(session.peer(), question, Deadline.afterMs(request.waitMs()));
        } catch (IOException e) {
            return signed(session, request, new Failure(Failure.Kind.BROKEN, "the question can't be read: " + e.getMessage()));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError | OutOfMemoryError e) {
            LOG.warn("{} failed for {}", served.service().name(), session.peer(), e);
            return signed(session, request, new Failure(Failure.Kind.INTERNAL, e.toString()));
        }
        Codec<A> codec = served.service().answer();
        return switch (answer) {
            case Answer.No<A>(Failure failure) -> signed(session, request, failure);
            case Answer.Value<A>(A value) -> new ReplyMessage(buffers, pending,
                sign(session, request.number(), ReplyMessage.ANSWERED, Wire.encode(codec, value), 0));
            case Answer.WithFloats<A>(A value, FloatSource floats) -> new ReplyMessage(buffers, pending,
                sign(session, request.number(), ReplyMessage.ANSWERED, Wire.encode(codec, value), floats.count()), floats);
        };
    }

    private ReplyMessage signed(Session session, Request request, Failure failure) {
        byte[] text = Wire.encode(PendingCall.TEXT, failure.text());
        return new ReplyMessage(buffers, pending, sign(session, request.number(), failure.kind().ordinal() + 1, text, 0));
    }

    private static Head sign(Session session, long number, int status, byte[] body, int floats) {
        return new Head(number, status, body, floats, session.key().mac(Head.fields(number, status, body, floats)));
    }

    private ReplyMessage refuse(Request request, String who, String why) {
        refusals.refused(who, why);
        return unsigned(request.number(), new Failure(Failure.Kind.REFUSED, why));
    }

    private ReplyMessage unsigned(long number, Failure failure) {
        return new ReplyMessage(buffers, pending,
            head(number, failure.kind().ordinal() + 1, Wire.encode(PendingCall.TEXT, failure.text())));
    }

    private static Head head(long number, int status, byte[] body) {
        return new Head(number, status, body, 0, Request.NO_BYTES);
    }
}
