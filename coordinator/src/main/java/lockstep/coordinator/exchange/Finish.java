package lockstep.coordinator.exchange;

/** What a chunk's owner does to the complete sum before anybody gets it, such as the one division by M. Must not depend on who the owner is. */
@FunctionalInterface
public interface Finish {
    void apply(float[] values, int offset, int count);

    Finish NOTHING = (values, offset, count) -> {};
}
