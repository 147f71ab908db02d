package lockstep.coordinator.call;

import java.util.Optional;
import java.util.function.Supplier;

/** A call under way whose peer may be busy for any time, as long as it gives signs of life. */
public final class PatientCall<A> {
    private final PendingCall<A> call;
    private final SignsOfLife signs;

    PatientCall(PendingCall<A> call, SignsOfLife signs) {
        this.call = call;
        this.signs = signs;
    }

    /** Waits for the answer; its peer's silence is a failure. */
    public Reply<A> await() {
        return call.await(signs);
    }

    /** @param over why nobody needs the answer any more, where that is so */
    public Reply<A> await(Supplier<Optional<String>> over) {
        return call.await(() -> over.get().or(signs));
    }
}
