package lockstep.coordinator.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.transfer.DataMessages.Piece;

/** Gives the run's data to nodes that have none: these files and nothing else. */
public final class DataServer {
    private final List<Path> paths = new ArrayList<>();
    private final List<Boolean> validation = new ArrayList<>();

    /** Serves from now on. */
    public DataServer(Endpoint endpoint, List<Path> training, List<Path> validating) {
        training.forEach(path -> add(path, false));
        validating.forEach(path -> add(path, true));
        endpoint.serve(DataMessages.FILES, this::files);
        endpoint.serve(DataMessages.PIECE, this::piece);
    }

    private void add(Path path, boolean validates) {
        paths.add(path);
        validation.add(validates);
    }

    private Answer<List<DataFile>> files(Peer caller, Integer version, Deadline deadline) {
        List<DataFile> files = new ArrayList<>();
        try {
            for (int i = 0; i < paths.size(); i++) {
                files.add(new DataFile(validation.get(i), Files.size(paths.get(i))));
            }
        } catch (IOException e) {
            return Answer.no(Failure.Kind.INTERNAL, e.toString());
        }
        return new Answer.Value<>(files);
    }

    private Answer<byte[]> piece(Peer caller, Piece piece, Deadline deadline) {
        boolean known = piece.file() >= 0 && piece.file() < paths.size() && piece.from() >= 0 && piece.count() > 0
            && piece.count() <= DataMessages.PIECE_BYTES;
        if (!known) {
            return Answer.no(Failure.Kind.REFUSED, "there is no such piece: " + piece);
        }
        ByteBuffer bytes = ByteBuffer.allocate(piece.count());
        try (FileChannel channel = FileChannel.open(paths.get(piece.file()), StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, piece.from() + bytes.position()) < 0) {
                    return Answer.no(Failure.Kind.REFUSED, "the file ends before that: " + piece);
                }
            }
        } catch (IOException e) {
            return Answer.no(Failure.Kind.INTERNAL, e.toString());
        }
        return new Answer.Value<>(bytes.array());
    }
}
