package lockstep.node.train;

import java.util.Arrays;

import lockstep.common.UserError;
import lockstep.common.checkpoint.WindowState;

/** The last 128 values of a quantity, and how far a new one lies from their mean: llm.c's outlier detector. */
public final class SpikeWindow {
    /** Values in a full window. */
    public static final int SIZE = 128;

    private final double[] values = new double[SIZE];
    private int count;
    private int index;
    private double sum;
    private double sumOfSquares;

    /**
     * Goes on where a state was left.
     *
     * @throws UserError when no window can have been in that state
     */
    public static SpikeWindow of(WindowState state) {
        if (state.count() < 0 || state.count() > SIZE || state.values().length < state.count() || state.index() < 0
            || state.index() >= SIZE) {
            throw new UserError("spike window: found count " + state.count() + ", index " + state.index() + " and " + state.values().length
                + " values, expected at most " + SIZE + " values and an index below that");
        }
        SpikeWindow window = new SpikeWindow();
        System.arraycopy(state.values(), 0, window.values, 0, state.count());
        window.count = state.count();
        window.index = state.index();
        window.sum = state.sum();
        window.sumOfSquares = state.sumOfSquares();
        return window;
    }

    /** A copy of what the window remembers. */
    public WindowState state() {
        return new WindowState(Arrays.copyOf(values, count), count, index, sum, sumOfSquares);
    }

    /** A number that tells windows apart. */
    long digest() {
        long digest = 31L * count + index;
        digest = 31 * digest + Double.doubleToRawLongBits(sum);
        return 31 * digest + Double.doubleToRawLongBits(sumOfSquares);
    }

    /**
     * Takes a value into the window, then measures it against the window that it is now part of.
     *
     * @return its z-score: NaN for the first 128 values, 0 where all values are equal
     */
    public double update(double value) {
        if (count < SIZE) {
            values[count] = value;
            sum += value;
            sumOfSquares += value * value;
            count++;
            return Double.NaN;
        }
        double oldest = values[index];
        // Two steps, not one difference: the order of llm.c's sums.
        sum -= oldest;
        sumOfSquares -= oldest * oldest;
        values[index] = value;
        sum += value;
        sumOfSquares += value * value;
        index = (index + 1) % SIZE;
        double mean = sum / SIZE;
        double deviation = Math.sqrt(sumOfSquares / SIZE - mean * mean);
        return deviation == 0.0 ? 0.0 : (value - mean) / deviation;
    }
}
