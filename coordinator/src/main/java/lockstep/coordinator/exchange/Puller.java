package lockstep.coordinator.exchange;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

import lockstep.common.trace.ExchangeTrace;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.FloatsIn;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.call.Service;
import lockstep.coordinator.exchange.ChunkRequest.Nothing;
import lockstep.coordinator.member.Peer;

/** Pulls chunks of one kind from one peer, in the order in which this node has offered them, with a bounded number of messages under way. */
final class Puller implements Runnable {
    private final Endpoint endpoint;
    private final Round round;
    private final int peer;
    private final int owner;
    private final Service<ChunkRequest, Nothing> service;
    private final Subtree subtree;
    private final Transfers transfers;
    private final Deque<UnderWay> underWay = new ArrayDeque<>();
    private int messages;

    private Puller(Endpoint endpoint, Round round, int peer, int owner, Service<ChunkRequest, Nothing> service, Pulled pulled) {
        this.endpoint = endpoint;
        this.round = round;
        this.peer = peer;
        this.owner = owner;
        this.service = service;
        this.subtree = pulled.subtree();
        this.transfers = pulled.transfers();
    }

    /** @param lane apart from those of other messages under way */
    private record UnderWay(PendingCall<Nothing> call, int[] chunks, ExchangeTrace.Message message, int lane) {}

    private record Pulled(Subtree subtree, Transfers transfers) {}

    /** Of this node's chunks, from a peer that holds a part of them. */
    static Puller partials(Endpoint endpoint, Round round, int peer, Subtree subtree, Transfers transfers) {
        return new Puller(endpoint, round, peer, round.plan().rank(), ChunkRequest.PARTIALS, new Pulled(subtree, transfers));
    }

    /** Of the peer's chunks. */
    static Puller sums(Endpoint endpoint, Round round, int peer, Transfers transfers) {
        return new Puller(endpoint, round, peer, peer, ChunkRequest.SUMS, new Pulled(Subtree.root(round.plan().groups()), transfers));
    }

    @Override
    public void run() {
        try {
            pull();
        } catch (RuntimeException | Error e) {
            round.fail(new Failure(Failure.Kind.INTERNAL, "pulling " + service.name() + ": " + e));
            throw e;
        }
    }

    private void pull() {
        int all = round.plan().ownedBy(owner);
        int[] batch = new int[transfers.chunksPerMessage()];
        int taken = 0;
        while (taken < all || !underWay.isEmpty()) {
            boolean more = taken < all && underWay.size() < transfers.window();
            if (more && (underWay.isEmpty() || round.available(owner, taken) > 0)) {
                int n = round.takeOffered(owner, taken, batch);
                if (n == 0) {
                    return;
                }
                taken += n;
                underWay.add(request(Arrays.copyOf(batch, n)));
            } else {
                UnderWay oldest = underWay.remove();
                if (arrived(oldest) instanceof Reply.Failed<Nothing>(Failure failure)) {
                    if (failure.kind() != Failure.Kind.NOT_READY || round.deadline().passed()) {
                        round.fail(failure);
                        return;
                    }
                    underWay.addFirst(request(oldest.chunks())); // it still computes: a request waits for minutes, a step may take hours
                }
            }
        }
    }

    private static Reply<Nothing> arrived(UnderWay under) {
        Reply<Nothing> reply = under.call().await();
        under.message().arrived(under.lane());
        return reply;
    }

    private UnderWay request(int[] chunks) {
        Peer from = round.plan().ranks().get(peer);
        String kind = service.id() == ChunkRequest.PARTIALS.id() ? "partials" : "sums";
        ExchangeTrace.Message message = round.trace().request(from.address(), kind, chunks.length);
        ChunkRequest request = new ChunkRequest(round.number(), subtree, chunks);
        PendingCall<Nothing> call = endpoint.call(from, service, request, new Sink(request), round.deadline());
        return new UnderWay(call, chunks, message, messages++ % transfers.window());
    }

    private final class Sink implements FloatSink {
        private final ChunkRequest request;

        Sink(ChunkRequest request) {
            this.request = request;
        }

        @Override
        public int count() {
            return request.floats(round.plan());
        }

        @Override
        public void readFrom(FloatsIn in) throws IOException {
            round.heard(peer);
            round.receive(() -> read(in));
        }

        private void read(FloatsIn in) throws IOException {
            for (int chunk : request.chunks()) {
                if (service.id() == ChunkRequest.PARTIALS.id()) {
                    round.partialArrived(chunk, subtree, in);
                } else {
                    round.sumArrived(chunk, in);
                }
            }
        }
    }
}
