package lockstep.coordinator.call;

/** What a handler returns. */
public sealed interface Answer<A> {
    record Value<A>(A value) implements Answer<A> {}

    /** With floats behind it, which are read when the reply is written, on the same thread, right after the handler has returned. */
    record WithFloats<A>(A value, FloatSource floats) implements Answer<A> {}

    record No<A>(Failure failure) implements Answer<A> {}

    static <A> Answer<A> no(Failure.Kind kind, String text) {
        return new No<>(new Failure(kind, text));
    }
}
