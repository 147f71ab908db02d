package lockstep.node.train;

import java.util.ArrayList;
import java.util.List;

/** Gradient-sized arrays by index, kept from step to step: the first is where a step's averaged gradient comes to be. */
final class GradientBuffers {
    private final int parameters;
    private final List<float[]> arrays = new ArrayList<>();

    /** @param reserved how many are made at once */
    GradientBuffers(int parameters, int reserved) {
        this.parameters = parameters;
        get(reserved - 1);
    }

    /** Made when first asked for, with all before it. */
    float[] get(int index) {
        while (arrays.size() <= index) {
            arrays.add(new float[parameters]);
        }
        return arrays.get(index);
    }

    int count() {
        return arrays.size();
    }
}
