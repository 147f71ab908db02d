package lockstep.common.config;

/**
 * ½(1 + cos πx), written cos²(πx/2), by Taylor's series about the nearer end: at most π/4 from it the first term left out is below 2⁻⁵⁸. Our own, because
 * StrictMath.cos takes arrays from the heap.
 */
final class HalfCosine {
    private HalfCosine() {}

    /**
     * @param x from 0 to 1
     * @return from 1 to 0, within 4 ulp of 1
     */
    static double at(double x) {
        double root = x <= 0.5 ? cos(Math.PI / 2 * x) : sin(Math.PI / 2 * (1 - x));
        return root * root;
    }

    /** Σ (−1)ⁱ y²ⁱ / (2i)!, |y| ≤ π/4. */
    private static double cos(double y) {
        double sum = 1;
        for (int n = 16; n > 0; n -= 2) {
            sum = Math.fma(-sum / (n * (n - 1)), y * y, 1);
        }
        return sum;
    }

    /** Σ (−1)ⁱ y²ⁱ⁺¹ / (2i+1)!, |y| ≤ π/4. */
    private static double sin(double y) {
        double sum = 1;
        for (int n = 17; n > 1; n -= 2) {
            sum = Math.fma(-sum / (n * (n - 1)), y * y, 1);
        }
        return y * sum;
    }
}
