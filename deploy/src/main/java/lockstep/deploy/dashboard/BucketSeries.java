package lockstep.deploy.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Values by step, in a bounded number of buckets of equally many steps each: with the run they grow wider, by a power of two. Each value is in exactly one bucket, and a bucket knows the extremes, so that no spike gets lost.
 * Remembers when a bucket last changed, so that who has seen the others needs only those.
 */
final class BucketSeries {
    private final int maxBuckets;
    private final List<String> fields = new ArrayList<>();
    private NavigableMap<Integer, Bucket> buckets = new TreeMap<>();
    private int width = 1;
    /** One past the largest that was added. */
    private int nextStep;
    private long changed;
    /** When nothing of what was told before held any more. */
    private long laidOut;

    private static final class Bucket {
        private final List<Stats> byField = new ArrayList<>();
        private long changed;

        Stats of(int field) {
            while (byField.size() <= field) {
                byField.add(new Stats());
            }
            return byField.get(field);
        }
    }

    BucketSeries(int maxBuckets) {
        this.maxBuckets = maxBuckets;
    }

    /**
     * Adds a step's values, unless it has them already.
     *
     * @param values by field; those that aren't there are left out
     * @param version now
     */
    void add(int step, Map<String, Double> values, long version) {
        if (step < nextStep) {
            return;
        }
        nextStep = step + 1;
        changed = version;
        Bucket bucket = buckets.computeIfAbsent(step / width, _ -> new Bucket());
        bucket.changed = version;
        values.forEach((field, value) -> bucket.of(field(field, version)).add(value));
        while (buckets.size() > maxBuckets) {
            widen(version);
        }
    }

    private int field(String name, long version) {
        if (!fields.contains(name)) {
            fields.add(name);
            laidOut = version;
        }
        return fields.indexOf(name);
    }

    private void widen(long version) {
        width *= 2;
        NavigableMap<Integer, Bucket> wider = new TreeMap<>();
        buckets.forEach((index, bucket) -> {
            Bucket target = wider.computeIfAbsent(index / 2, _ -> new Bucket());
            target.changed = version;
            for (int field = 0; field < bucket.byField.size(); field++) {
                target.of(field).add(bucket.byField.get(field));
            }
        });
        buckets = wider;
        laidOut = version;
    }

    /** Forgets a step and all after it, which come again; with them the others of the same bucket, if any. */
    void cutFrom(int step, long version) {
        if (step >= nextStep) {
            return;
        }
        buckets = new TreeMap<>(buckets.headMap(step / width, false));
        nextStep = step;
        changed = version;
        laidOut = version;
    }

    /**
     * What has changed after a version, as JSON: width in steps, fields, and for each bucket its number and each field's mean, least and largest value.
     *
     * @return nothing where nothing has
     */
    Optional<Map<String, Object>> since(long version) {
        if (changed <= version) {
            return Optional.empty();
        }
        boolean all = laidOut > version;
        List<List<Object>> rows = new ArrayList<>();
        buckets.forEach((index, bucket) -> {
            if (all || bucket.changed > version) {
                List<Object> row = new ArrayList<>(List.of(index));
                for (int field = 0; field < fields.size(); field++) {
                    row.addAll(bucket.of(field).values());
                }
                rows.add(row);
            }
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("all", all);
        json.put("width", width);
        json.put("fields", List.copyOf(fields));
        json.put("buckets", rows);
        return Optional.of(json);
    }
}
