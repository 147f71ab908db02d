package lockstep.coordinator.report;

import java.io.IOException;
import java.util.Optional;

import lockstep.common.format.FileSlice;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/** Asks the leading node for the run's logs. */
public final class RunFileClient {
    private static final long PATIENCE_MS = 2_000;

    private final Endpoint endpoint;

    public RunFileClient(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * @param maxBytes 1 to {@link FileSlice#MAX_BYTES}
     * @return nothing where there is no such file
     * @throws IOException when the node doesn't answer in time, refuses, or doesn't lead
     */
    public Optional<FileSlice> read(Peer leader, String name, long offset, int maxBytes) throws IOException {
        FileMessages.Question question = new FileMessages.Question(name, offset, maxBytes);
        return switch (endpoint.ask(leader, FileMessages.FILE, question, Deadline.afterMs(PATIENCE_MS))) {
            case Reply.Answered<Optional<FileSlice>>(Optional<FileSlice> slice) -> slice;
            case Reply.Failed<Optional<FileSlice>>(Failure failure) -> throw new IOException(failure.toString());
        };
    }
}
