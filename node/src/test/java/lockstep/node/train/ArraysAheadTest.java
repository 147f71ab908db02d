package lockstep.node.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ArraysAheadTest {
    /** Just large enough. */
    private static final ModelShape LARGE = new ModelShape(64, 50257, 50304, 1, 2, 384);
    private static final ModelShape SMALL = new ModelShape(128, 256, 256, 4, 4, 128);
    private static final BatchPlan PLAN = new BatchPlan(1, 16, 2, 2);

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("array-")).count();
    }

    /** Whoever is given an array that another one has would overwrite it. */
    @Test
    void each_is_another_array_of_zeros_also_beyond_those_that_were_foreseen() {
        assertTrue(WarmUp.isLarge(LARGE), "this test looks at nothing else");
        ArraysAhead ahead = ArraysAhead.begin(LARGE, PLAN, true);
        int foreseen = 2 + 2; // m and v; a sum and one to add to it
        List<float[]> arrays = new ArrayList<>();
        for (int i = 0; i <= foreseen; i++) {
            float[] array = ahead.get();
            assertEquals(LARGE.parameterCount(), array.length);
            IntPredicate zero = at -> Float.floatToRawIntBits(array[at]) == 0;
            assertTrue(IntStream.range(0, array.length).allMatch(zero));
            arrays.forEach(other -> assertNotSame(other, array));
            arrays.add(array);
        }
    }

    @Test
    void a_small_models_are_made_when_they_are_asked_for() {
        ArraysAhead ahead = ArraysAhead.begin(SMALL, PLAN, true);
        assertEquals(0, threads());
        assertEquals(SMALL.parameterCount(), ahead.get().length);
    }
}
