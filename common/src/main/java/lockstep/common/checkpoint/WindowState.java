package lockstep.common.checkpoint;

import java.util.Arrays;
import java.util.Objects;

/**
 * What one spike window remembers, to be continued exactly.
 *
 * @param values the last measurements, a ring
 * @param count how many of them are filled
 * @param index where the next one goes, once all are filled
 * @param sum running sum, with the rounding it has gathered
 * @param sumOfSquares likewise
 */
public record WindowState(double[] values, int count, int index, double sum, double sumOfSquares) {
    /** A window that has seen nothing. */
    public static WindowState empty() {
        return new WindowState(new double[0], 0, 0, 0, 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WindowState that && Arrays.equals(values, that.values) && count == that.count && index == that.index
            && Double.compare(sum, that.sum) == 0 && Double.compare(sumOfSquares, that.sumOfSquares) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(values), count, index, sum, sumOfSquares);
    }
}
