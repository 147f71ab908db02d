package lockstep.deploy.dashboard;

import java.util.ArrayList;
import java.util.List;

/** Of some values: their mean and the extremes, which a mean alone would hide. */
final class Stats {
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;

    void add(double value) {
        count++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
    }

    void add(Stats other) {
        count += other.count;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
        sum += other.sum;
    }

    /** Mean, least and largest; three times null where there is no value. */
    List<Double> values() {
        List<Double> values = new ArrayList<>();
        values.add(count == 0 ? null : Digits.few(sum / count));
        values.add(count == 0 ? null : Digits.few(min));
        values.add(count == 0 ? null : Digits.few(max));
        return values;
    }
}
