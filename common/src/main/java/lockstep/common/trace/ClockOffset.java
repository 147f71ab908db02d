package lockstep.common.trace;

/**
 * How far another process's clock is ahead of ours, by asking it for the time: it said {@code theirNs} at some moment between question and answer, so in their middle at an error of at most half the round trip.
 *
 * @param offsetNs theirs less ours
 * @param errorNs the offset is right within this
 */
public record ClockOffset(long offsetNs, long errorNs) {
    /** Of our own clock. */
    public static final ClockOffset NONE = new ClockOffset(0, 0);

    /**
     * @param askedNs our time
     * @param theirNs their time, in the answer
     * @param answeredNs our time
     */
    public static ClockOffset of(long askedNs, long theirNs, long answeredNs) {
        long halfNs = (answeredNs - askedNs) / 2;
        return new ClockOffset(theirNs - (askedNs + halfNs), halfNs + 1);
    }
}
