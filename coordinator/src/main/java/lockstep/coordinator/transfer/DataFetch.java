package lockstep.coordinator.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.transfer.DataMessages.Piece;

/** Takes the run's data from a node that has them. What they are worth is for the caller to check. */
public final class DataFetch {
    /** Names of what was fetched, in the order of the run's shards. */
    public static final String TRAINING = "train_*.bin";
    public static final String VALIDATION = "val_*.bin";
    private static final int WINDOW = 4;
    private static final long PIECE_MS = 60_000;

    private final Endpoint endpoint;
    private final Peer peer;
    private final IntConsumer percent;
    private long allBytes;
    private long doneBytes;
    private int told;

    /** @param percent is told how much has come, each time that it is one more */
    public DataFetch(Endpoint endpoint, Peer peer, IntConsumer percent) {
        this.endpoint = endpoint;
        this.peer = peer;
        this.percent = percent;
    }

    /**
     * Fetches all files into a directory, each beside its name first.
     *
     * @throws UserError when the peer fails, or the disk has no room for what it declares
     */
    public void into(Path directory) {
        List<DataFile> files = answer(endpoint.ask(peer, DataMessages.FILES, 1, Deadline.afterMs(PIECE_MS)));
        allBytes = files.stream().mapToLong(DataFile::bytes).sum();
        try {
            Files.createDirectories(directory);
            long room = Files.getFileStore(directory).getUsableSpace();
            if (allBytes < 0 || allBytes > room) {
                throw new UserError(directory + ": has room for " + room + " bytes, expected " + allBytes + ": the run's data");
            }
            int training = 0;
            int validating = 0;
            for (int index = 0; index < files.size(); index++) {
                boolean validates = files.get(index).validation();
                String pattern = validates ? VALIDATION : TRAINING;
                int number = validates ? validating++ : training++;
                fetch(index, files.get(index).bytes(), directory.resolve(pattern.replace("*", String.format(Locale.ROOT, "%06d", number))));
            }
        } catch (IOException e) {
            throw FileErrors.translate(directory, e);
        }
    }

    private void fetch(int index, long bytes, Path target) throws IOException {
        Path beside = target.resolveSibling("." + target.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
            Deque<PendingCall<byte[]>> underWay = new ArrayDeque<>();
            for (long from = 0; from < bytes; from += DataMessages.PIECE_BYTES) {
                int count = (int) Math.min(DataMessages.PIECE_BYTES, bytes - from);
                underWay.add(
                    endpoint.call(peer, DataMessages.PIECE, new Piece(index, from, count), FloatSink.NONE, Deadline.afterMs(PIECE_MS)));
                if (underWay.size() >= WINDOW) {
                    append(channel, underWay.remove());
                }
            }
            while (!underWay.isEmpty()) {
                append(channel, underWay.remove());
            }
            if (channel.position() != bytes) {
                throw new UserError(peer.address() + ": gave " + channel.position() + " bytes of a data file, expected " + bytes);
            }
            channel.force(true);
        }
        DurableFile.moveInto(beside, target);
    }

    private void append(FileChannel channel, PendingCall<byte[]> call) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(answer(call.await()));
        doneBytes += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        int now = (int) (100 * doneBytes / allBytes);
        if (now > told) {
            told = now;
            percent.accept(now);
        }
    }

    private static <A> A answer(Reply<A> reply) {
        return switch (reply) {
            case Reply.Answered<A>(A value) -> value;
            case Reply.Failed<A>(Failure failure) -> throw new UserError("the run's data can't be fetched: " + failure.text()
                + ". Start this node again, or give it the data with --data");
        };
    }
}
