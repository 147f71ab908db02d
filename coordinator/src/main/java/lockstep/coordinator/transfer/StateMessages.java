package lockstep.coordinator.transfer;

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

    /** What a holder says of all that isn't floats. */
    sealed interface Answered {
        /** @param sha256 of the whole state */
        record Hash(String sha256, byte[] progress) implements Answered {}

        /**
         * The hash is not there yet.
         *
         * @param floats that it has been taken of
         */
        record Under(long floats) implements Answered {}
    }

    /** What an answer says beside its floats. */
    record Nothing() {}

    static final Service<Piece, Nothing> PIECE = new Service<>(21, "a piece of the state", Lane.PARTIALS, Codec.of((piece, out) -> {
        out.writeLong(piece.generation());
        out.writeInt(piece.step());
        out.writeInt(piece.tensor());
        out.writeInt(piece.from());
        out.writeInt(piece.count());
    }, in -> new Piece(in.readLong(), in.readInt(), in.readInt(), in.readInt(), in.readInt())), Codec.of(new Nothing()));

    private static final Codec<byte[]> PROGRESS = Codec.bytes(MAX_PROGRESS, "progress");

    static final Service<Rest, Answered> REST = new Service<>(22, "the state's hash", Lane.PARTIALS, Codec.of((rest, out) -> {
        out.writeLong(rest.generation());
        out.writeInt(rest.step());
    }, in -> new Rest(in.readLong(), in.readInt())), Codec.of((answered, out) -> {
        switch (answered) {
            case Answered.Hash(String sha256, byte[] progress) -> {
                out.writeBoolean(true);
                out.writeUTF(sha256);
                PROGRESS.write(progress, out);
            }
            case Answered.Under(long floats) -> {
                out.writeBoolean(false);
                out.writeLong(floats);
            }
        }
    }, in -> in.readBoolean() ? new Answered.Hash(in.readUTF(), PROGRESS.read(in)) : new Answered.Under(in.readLong())));

    private StateMessages() {}
}
