package lockstep.common.format;

import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/** Counts the values of a file that are not finite, so that its description can say so. */
public final class NonFiniteTally {
    private long count;
    private long values;
    private String first = "";

    /**
     * Counts those among the first n values.
     *
     * @param place names the value of an index
     */
    public void add(float[] read, int n, IntFunction<String> place) {
        NonFinite.first(read, 0, n).ifPresent(index -> {
            if (count == 0) {
                first = place.apply(index) + ": " + read[index];
            }
            count += NonFinite.count(read, index, n);
        });
        values += n;
    }

    /** A line of a description, where a value is not finite. */
    public Optional<String> line() {
        return count == 0
            ? Optional.empty()
            : Optional.of(FileDescription.line("not finite",
                String.format(Locale.ROOT, "%,d of %,d values, the first one is %s; no command computes with them", count, values, first)));
    }
}
