package lockstep.coordinator.call;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import lockstep.coordinator.call.ReplyMessage.Head;
import lockstep.coordinator.member.Peer;

/** A call under way. Whoever takes it first, the reply or a failure, decides; what comes later changes nothing, and writes nowhere. */
public final class PendingCall<A> {
    private static final long LOOK_NS = 20_000_000;

    private final Peer peer;
    private final String what;
    private final Deadline deadline;
    private final Codec<A> codec;
    private final FloatSink sink;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CompletableFuture<Reply<A>> done = new CompletableFuture<>();

    PendingCall(Peer peer, String what, Deadline deadline, Codec<A> codec, FloatSink sink) {
        this.peer = peer;
        this.what = what;
        this.deadline = deadline;
        this.codec = codec;
        this.sink = sink;
    }

    Peer peer() {
        return peer;
    }

    /** Waits until there is an answer or a failure, at most until the deadline of the call. */
    public Reply<A> await() {
        try {
            return done.get(deadline.remainingNs(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            fail(Failure.Kind.TIMED_OUT, "no answer within " + deadline);
            return done.join(); // at once, but for an answer that is being read just now
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(Failure.Kind.CLOSED, "interrupted");
            return done.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Waits like {@link #await()}, and looks now and then whether that has become pointless.
     *
     * @param over why nobody needs the answer any more, where that is so
     */
    public Reply<A> await(Supplier<Optional<String>> over) {
        while (!done.isDone() && !deadline.passed()) {
            Optional<String> why = over.get();
            if (why.isPresent()) {
                return abandon(why.get());
            }
            try {
                return done.get(Math.min(LOOK_NS, deadline.remainingNs()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // looks again
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break; // the wait below ends with that
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return await();
    }

    /** Ends the wait. When this returns an answer that was being read has been read, and a later one will write nowhere. */
    public Reply<A> abandon(String why) {
        fail(Failure.Kind.STALE, why);
        return done.join();
    }

    void fail(Failure.Kind kind, String text) {
        if (taken.compareAndSet(false, true)) {
            done.complete(Reply.failed(kind, "waiting for " + what + " from " + peer + ": " + text));
        }
    }

    /** Reads the answer, whose MAC is right. */
    void complete(Head head, FloatsIn in) {
        if (!taken.compareAndSet(false, true)) {
            return;
        }
        try {
            done.complete(read(head, in));
        } catch (IOException e) {
            done.complete(broken(e.getMessage()));
        } catch (RuntimeException | Error e) {
            done.complete(broken(e.toString()));
            throw e;
        }
    }

    private Reply<A> read(Head head, FloatsIn in) throws IOException {
        if (head.status() != ReplyMessage.ANSWERED) {
            Failure failure = failure(head);
            return Reply.failed(failure.kind(), "waiting for " + what + " from " + peer + ", which says: " + failure.text());
        }
        if (head.floats() != sink.count()) {
            return broken(head.floats() + " floats came, expected " + sink.count());
        }
        A answer = Wire.decode(codec, head.body());
        sink.readFrom(in);
        return new Reply.Answered<>(answer);
    }

    private Reply<A> broken(String why) {
        return Reply.failed(Failure.Kind.BROKEN, "waiting for " + what + " from " + peer + ": the answer can't be used: " + why);
    }

    static Failure failure(Head head) throws IOException {
        Failure.Kind[] kinds = Failure.Kind.values();
        if (head.status() < 1 || head.status() > kinds.length) {
            throw new IOException("status " + head.status());
        }
        return new Failure(kinds[head.status() - 1], Wire.decode(TEXT, head.body()));
    }

    /** A failure's text. */
    static final Codec<String> TEXT = new Codec<>() {
        @Override
        public void write(String text, DataOutput out) throws IOException {
            out.writeUTF(text);
        }

        @Override
        public String read(DataInput in) throws IOException {
            return in.readUTF();
        }
    };
}
