package lockstep.coordinator.transfer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;

/** The requests for data files. */
final class DataMessages {
    /** Of a piece; it travels under the MAC. */
    static final int PIECE_BYTES = 1 << 19;
    private static final int MAX_FILES = 50_000;

    /** Asks for bytes of a file, by its place in the list. */
    record Piece(int file, long from, int count) {}

    static final Service<Integer, List<DataFile>> FILES = new Service<>(23, "the list of data files", Lane.PARTIALS, Codec.number(),
        Codec.of(DataMessages::writeFiles, DataMessages::readFiles));
    static final Service<Piece, byte[]> PIECE = new Service<>(24, "a piece of a data file", Lane.PARTIALS, Codec.of((piece, out) -> {
        out.writeInt(piece.file());
        out.writeLong(piece.from());
        out.writeInt(piece.count());
    }, in -> new Piece(in.readInt(), in.readLong(), in.readInt())), Codec.bytes(PIECE_BYTES, "a piece"));

    private static void writeFiles(List<DataFile> files, DataOutput out) throws IOException {
        out.writeInt(files.size());
        for (DataFile file : files) {
            out.writeBoolean(file.validation());
            out.writeLong(file.bytes());
        }
    }

    private static List<DataFile> readFiles(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_FILES) {
            throw new IOException(count + " files, expected 0 to " + MAX_FILES);
        }
        List<DataFile> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(new DataFile(in.readBoolean(), in.readLong()));
        }
        return files;
    }

    private DataMessages() {}
}
