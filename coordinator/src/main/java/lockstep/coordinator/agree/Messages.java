package lockstep.coordinator.agree;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

import lockstep.common.replica.Commit;
import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;
import lockstep.coordinator.member.Peer;

/** The requests of this package and how they are written. */
final class Messages {
    private static final int MAX_NODES = 1024;
    private static final int MAX_MICRO_BATCHES = 100_000;

    static final Service<Long, Report> PROPOSE = new Service<>(11, "an answer to a proposal", Lane.CONTROL, number(), report());
    static final Service<Generation, Boolean> INSTALL = new Service<>(12, "a generation to be taken", Lane.CONTROL, generation(), flag());
    static final Service<Ready, Boolean> READY = new Service<>(13, "a READY to be noted", Lane.CONTROL, ready(), flag());
    static final Service<CommitMessage, Boolean> COMMIT = new Service<>(14, "a COMMIT to be noted", Lane.CONTROL, commitMessage(), flag());
    /** Answered with what speaks against it, or nothing. */
    static final Service<JoinRequest, String> JOIN = new Service<>(15, "a place in a generation", Lane.CONTROL, join(), text());
    static final Service<End, Boolean> END = new Service<>(16, "the end to be noted", Lane.CONTROL, end(), flag());

    /** This node can't go on: why. */
    static final Service<String, Boolean> HALT = new Service<>(17, "the end by error to be noted", Lane.CONTROL, text(), flag());

    /** This node is to leave at its next step boundary. */
    static final Service<Boolean, Boolean> LEAVE = new Service<>(18, "a wish to be noted that it leave", Lane.CONTROL, flag(), flag());

    /** The caller leaves now, by its own wish, while no step is done that could tell of it: for people. */
    static final Service<Boolean, Boolean> FAREWELL = new Service<>(19, "a departure to be noted", Lane.CONTROL, flag(), flag());

    /** What a node holds, for the leading one to compare. */
    static final Service<Holding, Boolean> HOLDING = new Service<>(20, "checksums of a state to be noted", Lane.CONTROL, holding(), flag());

    /** All nodes of a generation that some leave hold the same: each goes, or stays. */
    static final Service<Parting.Farewell, Boolean> PARTED = new Service<>(26, "a parting to be noted", Lane.CONTROL, farewell(), flag());

    /** How much the node has done so far: it rises as long as it gets on with anything. */
    static final Service<Boolean, Long> WORK = new Service<>(25, "how much it has done", Lane.LIFE, flag(), number());

    private Messages() {}

    private static Codec<Long> number() {
        return Codec.of((number, out) -> out.writeLong(number), DataInput::readLong);
    }

    private static Codec<Boolean> flag() {
        return Codec.of((flag, out) -> out.writeBoolean(flag), DataInput::readBoolean);
    }

    private static Codec<String> text() {
        return Codec.of((text, out) -> out.writeUTF(text), DataInput::readUTF);
    }

    private static Codec<Report> report() {
        return Codec.of((report, out) -> {
            writeProposal(report.promised(), out);
            out.writeBoolean(report.step().isPresent());
            out.writeInt(report.step().orElse(0));
            writeOptional(report.readyIn(), out);
            writeCatchUp(report.last(), out);
            out.writeDouble(report.microBatchMs());
        }, in -> {
            Proposal promised = readProposal(in);
            boolean hasState = in.readBoolean();
            int step = in.readInt();
            return new Report(promised, hasState ? Optional.of(step) : Optional.empty(), readOptional(in), readCatchUp(in),
                in.readDouble());
        });
    }

    private static Codec<Generation> generation() {
        return Codec.of((generation, out) -> {
            writeProposal(generation.proposal(), out);
            out.writeInt(generation.step());
            out.writeInt(generation.nodes());
            for (Seat seat : generation.seats()) {
                writePeer(seat.peer(), out);
                out.writeBoolean(seat.fetches());
                out.writeDouble(seat.microBatchMs());
            }
            writeCatchUp(generation.catchUp(), out);
        }, in -> {
            Proposal proposal = readProposal(in);
            int step = in.readInt();
            int nodes = bounded(in.readInt(), MAX_NODES, "nodes");
            List<Seat> seats = new ArrayList<>();
            for (int rank = 0; rank < nodes; rank++) {
                seats.add(new Seat(readPeer(in), in.readBoolean(), in.readDouble()));
            }
            return new Generation(proposal, step, seats, readCatchUp(in));
        });
    }

    private static Codec<Ready> ready() {
        return Codec.of((ready, out) -> {
            writeProposal(ready.generation(), out);
            out.writeInt(ready.step());
            out.writeLong(ready.stateDigest());
            out.writeLong(ready.gradientDigest());
            out.writeInt(ready.lossesNats().length);
            for (double lossNats : ready.lossesNats()) {
                out.writeDouble(lossNats);
            }
            out.writeDouble(ready.microBatchMs());
            out.writeBoolean(ready.leaving());
        }, in -> {
            Proposal generation = readProposal(in);
            int step = in.readInt();
            long state = in.readLong();
            long gradient = in.readLong();
            double[] lossesNats = new double[bounded(in.readInt(), MAX_MICRO_BATCHES, "micro-batches")];
            for (int m = 0; m < lossesNats.length; m++) {
                lossesNats[m] = in.readDouble();
            }
            return new Ready(generation, step, state, gradient, lossesNats, in.readDouble(), in.readBoolean());
        });
    }

    private static Codec<Holding> holding() {
        return Codec.of((holding, out) -> {
            writeProposal(holding.generation(), out);
            out.writeInt(holding.step());
            out.writeLong(holding.stateDigest());
            out.writeLong(holding.momentsDigest());
        }, in -> new Holding(readProposal(in), in.readInt(), in.readLong(), in.readLong()));
    }

    private static Codec<Parting.Farewell> farewell() {
        return Codec.of((farewell, out) -> {
            writeProposal(farewell.generation(), out);
            out.writeBoolean(farewell.leaves());
        }, in -> new Parting.Farewell(readProposal(in), in.readBoolean()));
    }

    private static Codec<CommitMessage> commitMessage() {
        return Codec.of((message, out) -> {
            writeProposal(message.generation(), out);
            writeCommit(message.commit(), out);
            out.writeByte(message.after().ordinal());
            out.writeBoolean(message.compare());
            out.writeInt(message.microBatchMs().size());
            for (double ms : message.microBatchMs()) {
                out.writeDouble(ms);
            }
            out.writeInt(message.leaving().size());
            for (int rank : message.leaving()) {
                out.writeInt(rank);
            }
        }, in -> {
            Proposal generation = readProposal(in);
            Commit commit = readCommit(in);
            CommitMessage.After after = readAfter(in);
            boolean compare = in.readBoolean();
            int nodes = bounded(in.readInt(), MAX_NODES, "nodes");
            List<Double> microBatchMs = new ArrayList<>();
            for (int rank = 0; rank < nodes; rank++) {
                microBatchMs.add(in.readDouble());
            }
            int going = bounded(in.readInt(), nodes, "nodes that leave");
            List<Integer> leaving = new ArrayList<>();
            for (int i = 0; i < going; i++) {
                leaving.add(bounded(in.readInt(), nodes - 1, "the rank of one that leaves"));
            }
            return new CommitMessage(generation, commit, after, compare, microBatchMs, leaving);
        });
    }

    private static Codec<JoinRequest> join() {
        return Codec.of((join, out) -> {
            writeOptional(join.generation(), out);
            out.writeUTF(join.why());
            out.writeUTF(join.identity());
        }, in -> new JoinRequest(readOptional(in), in.readUTF(), in.readUTF()));
    }

    private static Codec<End> end() {
        return Codec.of((end, out) -> {
            writeProposal(end.generation(), out);
            out.writeInt(end.step());
            out.writeUTF(end.weightsSha256());
        }, in -> new End(readProposal(in), in.readInt(), in.readUTF()));
    }

    private static void writeCatchUp(Optional<Generation.CatchUp> catchUp, DataOutput out) throws IOException {
        out.writeBoolean(catchUp.isPresent());
        if (catchUp.isPresent()) {
            writeProposal(catchUp.get().generation(), out);
            writeCommit(catchUp.get().commit(), out);
            out.writeByte(catchUp.get().after().ordinal());
        }
    }

    private static Optional<Generation.CatchUp> readCatchUp(DataInput in) throws IOException {
        return in.readBoolean() ? Optional.of(new Generation.CatchUp(readProposal(in), readCommit(in), readAfter(in))) : Optional.empty();
    }

    private static CommitMessage.After readAfter(DataInput in) throws IOException {
        CommitMessage.After[] all = CommitMessage.After.values();
        return all[bounded(in.readByte(), all.length - 1, "what comes after a commit")];
    }

    private static void writeCommit(Commit commit, DataOutput out) throws IOException {
        out.writeInt(commit.step());
        out.writeDouble(commit.lossNats());
        out.writeDouble(commit.gradNorm());
        out.writeBoolean(commit.bestValLossNats().isPresent());
        out.writeDouble(commit.bestValLossNats().orElse(0));
    }

    private static Commit readCommit(DataInput in) throws IOException {
        int step = in.readInt();
        double lossNats = in.readDouble();
        double gradNorm = in.readDouble();
        boolean measured = in.readBoolean();
        double best = in.readDouble();
        return new Commit(step, lossNats, gradNorm, measured ? OptionalDouble.of(best) : OptionalDouble.empty());
    }

    private static void writeProposal(Proposal proposal, DataOutput out) throws IOException {
        out.writeLong(proposal.number());
        out.writeLong(proposal.proposer().getMostSignificantBits());
        out.writeLong(proposal.proposer().getLeastSignificantBits());
    }

    private static Proposal readProposal(DataInput in) throws IOException {
        return new Proposal(in.readLong(), new UUID(in.readLong(), in.readLong()));
    }

    private static void writeOptional(Optional<Proposal> proposal, DataOutput out) throws IOException {
        out.writeBoolean(proposal.isPresent());
        if (proposal.isPresent()) {
            writeProposal(proposal.get(), out);
        }
    }

    private static Optional<Proposal> readOptional(DataInput in) throws IOException {
        return in.readBoolean() ? Optional.of(readProposal(in)) : Optional.empty();
    }

    private static void writePeer(Peer peer, DataOutput out) throws IOException {
        out.writeLong(peer.id().getMostSignificantBits());
        out.writeLong(peer.id().getLeastSignificantBits());
        out.writeUTF(peer.host());
        out.writeInt(peer.port());
    }

    private static Peer readPeer(DataInput in) throws IOException {
        return new Peer(new UUID(in.readLong(), in.readLong()), in.readUTF(), in.readInt());
    }

    /** Before anything is allocated for it. */
    private static int bounded(int count, int max, String what) throws IOException {
        if (count < 0 || count > max) {
            throw new IOException(count + " " + what + ", expected 0 to " + max);
        }
        return count;
    }
}
