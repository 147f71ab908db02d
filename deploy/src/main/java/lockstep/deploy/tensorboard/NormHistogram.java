package lockstep.deploy.tensorboard;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts numbers ≥ 0 in buckets each of whose limits is 1.1 times the one before, as TensorFlow's own; the first one is of what is below 1e-12. */
final class NormHistogram {
    private static final double GROWTH = 1.1;
    private static final double LEAST = 1e-12;

    private final TreeMap<Integer, Integer> byBucket = new TreeMap<>();
    private double min = Double.POSITIVE_INFINITY;
    private double max;
    private double sum;
    private double sumOfSquares;
    private int count;

    /** @param value a finite number ≥ 0 */
    void add(double value) {
        byBucket.merge(bucket(value), 1, Integer::sum);
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        sumOfSquares += value * value;
        count++;
    }

    /** Least bucket whose limit is above the value. */
    private static int bucket(double value) {
        if (value < LEAST) {
            return 0;
        }
        int bucket = (int) Math.ceil(StrictMath.log(value / LEAST) / StrictMath.log(GROWTH));
        while (limit(bucket) <= value) { // the logarithm is rounded
            bucket++;
        }
        return bucket;
    }

    private static double limit(int bucket) {
        return LEAST * StrictMath.pow(GROWTH, bucket);
    }

    int count() {
        return count;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    double sum() {
        return sum;
    }

    double sumOfSquares() {
        return sumOfSquares;
    }

    /** Upper limits of the buckets that hold something and, before each of them that follows an empty one, of that one: a bucket reaches down to the limit before. Ascending. */
    List<Double> limits() {
        return buckets().keySet().stream().map(NormHistogram::limit).toList();
    }

    /** By bucket of {@link #limits}. */
    List<Double> counts() {
        return buckets().values().stream().map(Integer::doubleValue).toList();
    }

    private SortedMap<Integer, Integer> buckets() {
        SortedMap<Integer, Integer> shown = new TreeMap<>();
        for (Map.Entry<Integer, Integer> entry : byBucket.entrySet()) {
            if (entry.getKey() > 0) {
                shown.putIfAbsent(entry.getKey() - 1, 0);
            }
            shown.put(entry.getKey(), entry.getValue());
        }
        return shown;
    }
}
