package lockstep.node.parallel;

/**
 * Cuts 0..n into parts of a fixed size, the last one shorter. The one place where ranges are split.
 *
 * @param n length of the range, ≥ 0
 * @param part length of a part, ≥ 1
 */
public record Split(int n, int part) {
    public Split {
        if (n < 0 || part < 1) {
            throw new IllegalArgumentException("need n >= 0 and part >= 1: n=" + n + ", part=" + part);
        }
    }

    /**
     * Parts for a balanced region: about {@code parts} of them, each a multiple of {@code unit} long.
     *
     * @param unit granularity, for example 16 floats so that no two threads write one cache line
     */
    public static Split into(int parts, int n, int unit) {
        long units = ((long) n + unit - 1) / unit;
        long unitsPerPart = Math.max(1, (units + parts - 1) / parts);
        return new Split(n, (int) Math.min(Math.max(1, n), unitsPerPart * unit));
    }

    public int parts() {
        return (int) (((long) n + part - 1) / part);
    }

    public int start(int index) {
        return index * part;
    }

    public int end(int index) {
        return (int) Math.min(n, (long) index * part + part);
    }
}
