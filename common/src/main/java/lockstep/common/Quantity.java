package lockstep.common;

/** Puts a number and a noun together, in the singular for one. */
public final class Quantity {
    private Quantity() {}

    /** Returns {@code 1 place}, or {@code 2 places}. */
    public static String of(long count, String one) {
        return of(count, one, one + "s");
    }

    /** Returns {@code 1 half}, or {@code 2 halves}. Either form may be a whole phrase. */
    public static String of(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
