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

    private static final Codec<List<DataFile>> FILES_CODEC = new Codec<>() {
        @Override
        public void write(List<DataFile> files, DataOutput out) throws IOException {
            out.writeInt(files.size());
            for (DataFile file : files) {
                out.writeBoolean(file.validation());
                out.writeLong(file.bytes());
            }
        }

        @Override
        public List<DataFile> read(DataInput in) throws IOException {
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
    };

    private static final Codec<Piece> PIECE_CODEC = new Codec<>() {
        @Override
        public void write(Piece piece, DataOutput out) throws IOException {
            out.writeInt(piece.file());
            out.writeLong(piece.from());
            out.writeInt(piece.count());
        }

        @Override
        public Piece read(DataInput in) throws IOException {
            return new Piece(in.readInt(), in.readLong(), in.readInt());
        }
    };

    private static final Codec<byte[]> BYTES_CODEC = new Codec<>() {
        @Override
        public void write(byte[] bytes, DataOutput out) throws IOException {
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        @Override
        public byte[] read(DataInput in) throws IOException {
            int length = in.readInt();
            if (length < 0 || length > PIECE_BYTES) {
                throw new IOException("a piece of " + length + " bytes, expected 0 to " + PIECE_BYTES);
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            return bytes;
        }
    };

    static final Service<Integer, List<DataFile>> FILES = new Service<>(23, "the list of data files", Lane.PARTIALS, new Codec<>() {
        @Override
        public void write(Integer version, DataOutput out) throws IOException {
            out.writeInt(version);
        }

        @Override
        public Integer read(DataInput in) throws IOException {
            return in.readInt();
        }
    }, FILES_CODEC);

    static final Service<Piece, byte[]> PIECE = new Service<>(24, "a piece of a data file", Lane.PARTIALS, PIECE_CODEC, BYTES_CODEC);

    private DataMessages() {}
}
