package lockstep.common.config;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class HalfCosineTest {
    @Test
    void isHalfOfOnePlusTheCosine() {
        int n = 100_000;
        for (int i = 0; i <= n; i++) {
            double x = (double) i / n;
            assertEquals(0.5 * (1 + StrictMath.cos(Math.PI * x)), HalfCosine.at(x), 4 * Math.ulp(1.0));
        }
        assertEquals(1, HalfCosine.at(0), 0.0);
        assertEquals(0, HalfCosine.at(1), 0.0);
    }
}
