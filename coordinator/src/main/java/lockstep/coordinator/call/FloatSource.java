package lockstep.coordinator.call;

/** The floats behind an answer. */
public interface FloatSource {
    /** How many. */
    int count();

    /** Puts exactly {@link #count} of them. */
    void writeTo(FloatsOut out);
}
