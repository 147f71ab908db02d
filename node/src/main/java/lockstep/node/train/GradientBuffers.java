package lockstep.node.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import lockstep.common.config.BatchPlan;

/** Gradient-sized arrays by index, kept from step to step: the first is where a step's averaged gradient comes to be. */
final class GradientBuffers {
    private final Supplier<float[]> more;
    private final List<float[]> arrays = new ArrayList<>();

    /**
     * @param more makes one
     * @param reserved how many are made at once
     */
    GradientBuffers(Supplier<float[]> more, int reserved) {
        this.more = more;
        get(reserved - 1);
    }

    /** What a node needs to sum all groups by itself. */
    static int reserved(BatchPlan plan) {
        return 1 + plan.treeLevels();
    }

    /** Made when first asked for, with all before it. */
    float[] get(int index) {
        while (arrays.size() <= index) {
            arrays.add(more.get());
        }
        return arrays.get(index);
    }

    int count() {
        return arrays.size();
    }
}
