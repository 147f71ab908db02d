package lockstep.coordinator.report;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

import lockstep.common.format.FileSlice;
import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;

/** The request for some bytes of a file of the run. */
final class FileMessages {
    private static final Codec<byte[]> BYTES = Codec.bytes(FileSlice.MAX_BYTES, "a piece of a log");

    /**
     * @param name of a file in the run's directory
     * @param offset of the first byte
     * @param maxBytes 1 to {@link FileSlice#MAX_BYTES}
     */
    record Question(String name, long offset, int maxBytes) {
        boolean isBounded() {
            return offset >= 0 && maxBytes >= 1 && maxBytes <= FileSlice.MAX_BYTES;
        }
    }

    /** Nothing for an answer where there is no such file. */
    static final Service<Question, Optional<FileSlice>> FILE =
        new Service<>(34, "a piece of a log", Lane.CONTROL, Codec.of((question, out) -> {
            out.writeUTF(question.name());
            out.writeLong(question.offset());
            out.writeInt(question.maxBytes());
        }, in -> new Question(in.readUTF(), in.readLong(), in.readInt())), Codec.of(FileMessages::write, FileMessages::read));

    private FileMessages() {}

    private static void write(Optional<FileSlice> slice, DataOutput out) throws IOException {
        out.writeBoolean(slice.isPresent());
        if (slice.isPresent()) {
            out.writeLong(slice.get().fileBytes());
            BYTES.write(slice.get().bytes(), out);
        }
    }

    private static Optional<FileSlice> read(DataInput in) throws IOException {
        return in.readBoolean() ? Optional.of(new FileSlice(in.readLong(), BYTES.read(in))) : Optional.empty();
    }
}
