package lockstep.coordinator.call;

/** What became of a call. */
public sealed interface Reply<A> {
    record Answered<A>(A value) implements Reply<A> {}

    record Failed<A>(Failure failure) implements Reply<A> {}

    static <A> Reply<A> failed(Failure.Kind kind, String text) {
        return new Failed<>(new Failure(kind, text));
    }
}
