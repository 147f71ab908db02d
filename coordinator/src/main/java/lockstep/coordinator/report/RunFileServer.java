package lockstep.coordinator.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

import lockstep.common.format.FileSlice;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;

/** Gives the run's logs, piece by piece, to nodes that don't see its directory: these files and no others, and as long as this node leads. */
public final class RunFileServer {
    private RunFileServer() {}

    /**
     * Serves from when the endpoint opens on.
     *
     * @param names the files that may be asked for
     * @param directory of the run, while this node leads
     */
    public static void serve(Endpoint endpoint, Predicate<String> names, Supplier<Optional<Path>> directory) {
        endpoint.serve(FileMessages.FILE, (_, question, _) -> answer(question, names, directory.get()));
    }

    private static Answer<Optional<FileSlice>> answer(FileMessages.Question question, Predicate<String> names, Optional<Path> directory) {
        if (!question.isBounded() || !names.test(question.name())) {
            return Answer.no(Failure.Kind.REFUSED, "no piece of a log: " + question);
        }
        if (directory.isEmpty()) {
            return Answer.no(Failure.Kind.NOT_READY, "this node doesn't lead");
        }
        try {
            return new Answer.Value<>(FileSlice.read(directory.get().resolve(question.name()), question.offset(), question.maxBytes()));
        } catch (IOException e) {
            return Answer.no(Failure.Kind.INTERNAL, e.toString());
        }
    }
}
