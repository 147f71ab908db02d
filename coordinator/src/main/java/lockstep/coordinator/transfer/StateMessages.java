package lockstep.coordinator.transfer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;

/** The requests of this package. */
final class StateMessages {
    private static final int MAX_PROGRESS = 1 << 16;

    /** Asks for floats of one tensor. */
    record Piece(long generation, int step, int tensor, int from, int count) {}

    /** Asks for all that isn't floats. */
    record Rest(long generation, int step) {}

    /** @param sha256 of the whole state */
    record Answered(String sha256, byte[] progress) {}

    /** What an answer says beside its floats. */
    record Nothing() {}

    static final Service<Piece, Nothing> PIECE = new Service<>(21, "a piece of the state", Lane.PARTIALS, new Codec<>() {
        @Override
        public void write(Piece piece, DataOutput out) throws IOException {
            out.writeLong(piece.generation());
            out.writeInt(piece.step());
            out.writeInt(piece.tensor());
            out.writeInt(piece.from());
            out.writeInt(piece.count());
        }

        @Override
        public Piece read(DataInput in) throws IOException {
            return new Piece(in.readLong(), in.readInt(), in.readInt(), in.readInt(), in.readInt());
        }
    }, Codec.of(new Nothing()));

    static final Service<Rest, Answered> REST = new Service<>(22, "the state's hash", Lane.PARTIALS, new Codec<>() {
        @Override
        public void write(Rest rest, DataOutput out) throws IOException {
            out.writeLong(rest.generation());
            out.writeInt(rest.step());
        }

        @Override
        public Rest read(DataInput in) throws IOException {
            return new Rest(in.readLong(), in.readInt());
        }
    }, new Codec<>() {
        @Override
        public void write(Answered answered, DataOutput out) throws IOException {
            out.writeUTF(answered.sha256());
            out.writeInt(answered.progress().length);
            out.write(answered.progress());
        }

        @Override
        public Answered read(DataInput in) throws IOException {
            String sha256 = in.readUTF();
            int length = in.readInt();
            if (length < 0 || length > MAX_PROGRESS) {
                throw new IOException("progress of " + length + " bytes, expected 0 to " + MAX_PROGRESS);
            }
            byte[] progress = new byte[length];
            in.readFully(progress);
            return new Answered(sha256, progress);
        }
    });

    private StateMessages() {}
}
