package lockstep.common.format;

import java.util.OptionalInt;

import lockstep.common.UserError;

/** Finds the values of a file that are NaN or infinite: no model computes with them, and one of them makes every answer NaN. */
public final class NonFinite {
    /** Says why a file may hold such weights, and what a user can do: the end of an error. */
    static final String ADVICE = "the run that wrote it had diverged, or the file is damaged; take an older checkpoint or another file";
    /** Values that are looked at together, as one maximum. */
    private static final int BLOCK = 1 << 12;

    private NonFinite() {}

    /** The index of the first value in from..to−1 that is not finite. One pass at the speed of memory. */
    public static OptionalInt first(float[] values, int from, int to) {
        for (int at = from; at < to; at += BLOCK) {
            int end = Math.min(to, at + BLOCK);
            if (!areFinite(values, at, end)) {
                int i = at;
                while (Float.isFinite(values[i])) {
                    i++;
                }
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** How many of the values in from..to−1 are not finite. */
    public static int count(float[] values, int from, int to) {
        int count = 0;
        for (int at = from; at < to; at += BLOCK) {
            int end = Math.min(to, at + BLOCK);
            if (!areFinite(values, at, end)) {
                for (int i = at; i < end; i++) {
                    count += Float.isFinite(values[i]) ? 0 : 1;
                }
            }
        }
        return count;
    }

    /** A maximum, which the compiler vectorises, keeps a NaN. */
    private static boolean areFinite(float[] values, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest < Float.POSITIVE_INFINITY;
    }

    /** @param place the file, the tensor and the value's number in it */
    public static UserError error(String place, float found) {
        return error(place, found, ADVICE);
    }

    /** @param advice why it may be, and what the user can do */
    public static UserError error(String place, float found, String advice) {
        return new UserError(place + ": found " + found + ", expected a finite number: " + advice);
    }
}
