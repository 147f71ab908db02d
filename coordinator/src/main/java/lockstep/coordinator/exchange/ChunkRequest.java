package lockstep.coordinator.exchange;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;

/**
 * Asks for the same of several chunks: partial sums of a subtree, or complete ones.
 *
 * @param round which all-reduce
 * @param subtree the root for complete sums
 */
record ChunkRequest(long round, Subtree subtree, int[] chunks) {
    /** What an answer says beside its floats. */
    record Nothing() {}

    static final Codec<ChunkRequest> CODEC = new Codec<>() {
        @Override
        public void write(ChunkRequest request, DataOutput out) throws IOException {
            out.writeLong(request.round());
            out.writeInt(request.subtree().first());
            out.writeInt(request.subtree().level());
            out.writeInt(request.chunks().length);
            for (int chunk : request.chunks()) {
                out.writeInt(chunk);
            }
        }

        @Override
        public ChunkRequest read(DataInput in) throws IOException {
            long round = in.readLong();
            int first = in.readInt();
            int level = in.readInt();
            int count = in.readInt();
            if (count < 1 || count > Transfers.MAX_CHUNKS_PER_MESSAGE) {
                throw new IOException(count + " chunks, expected 1 to " + Transfers.MAX_CHUNKS_PER_MESSAGE);
            }
            int[] chunks = new int[count];
            for (int i = 0; i < count; i++) {
                chunks[i] = in.readInt();
            }
            try {
                return new ChunkRequest(round, new Subtree(first, level), chunks);
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    };

    static final Service<ChunkRequest, Nothing> PARTIALS =
        new Service<>(1, "partial sums", Lane.PARTIALS, CODEC, Codec.of(new Nothing()));
    static final Service<ChunkRequest, Nothing> SUMS = new Service<>(2, "complete sums", Lane.SUMS, CODEC, Codec.of(new Nothing()));

    int floats(ExchangePlan plan) {
        int floats = 0;
        for (int chunk : chunks) {
            floats += plan.length(chunk);
        }
        return floats;
    }
}
