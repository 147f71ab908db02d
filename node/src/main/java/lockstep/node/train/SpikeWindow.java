package lockstep.node.train;

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
