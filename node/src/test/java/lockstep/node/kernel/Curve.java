package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;

/** What the kernels make of our own exponential: plain, by vectors, and in double precision by its definition. */
enum Curve {
    EXP {
        @Override
        void scalar(float[] out, float[] x) {
            for (int i = 0; i < x.length; i++) {
                out[i] = ScalarMath.exp(x[i]);
            }
        }

        @Override
        void vector(float[] out, float[] x) {
            for (int i = 0; i < x.length; i += Lanes.VL) {
                VectorMath.exp(FloatVector.fromArray(Lanes.SPECIES, x, i)).intoArray(out, i);
            }
        }

        @Override
        double exact(double x) {
            return StrictMath.exp(x);
        }
    },
    GELU {
        @Override
        void scalar(float[] out, float[] x) {
            SCALAR.gelu(out, x, 0, x.length);
        }

        @Override
        void vector(float[] out, float[] x) {
            VECTOR.gelu(out, x, 0, x.length);
        }

        @Override
        double exact(double x) {
            double e = StrictMath.exp(-Math.abs(twoU(x)));
            return x * (x > 0 ? 1 : e) / (1 + e);
        }
    },
    GELU_SLOPE {
        @Override
        void scalar(float[] out, float[] x) {
            SCALAR.geluBackward(out, ONES, x, 0, x.length);
        }

        @Override
        void vector(float[] out, float[] x) {
            VECTOR.geluBackward(out, ONES, x, 0, x.length);
        }

        @Override
        double exact(double x) {
            // σ + x·σ(1−σ)·d(2u)/dx, the exponential always taken where it does not overflow
            double e = StrictMath.exp(-Math.abs(twoU(x)));
            double sigmoid = (x > 0 ? 1 : e) / (1 + e);
            return sigmoid + x * e / ((1 + e) * (1 + e)) * TWICE_ROOT * (1 + 3 * 0.044715 * x * x);
        }
    };

    private static final ElementKernels SCALAR = new ScalarElements();
    private static final ElementKernels VECTOR = new VectorElements();
    private static final float[] ONES = new float[Sweep.BLOCK];
    private static final double TWICE_ROOT = 2 * StrictMath.sqrt(2 / StrictMath.PI);

    static {
        java.util.Arrays.fill(ONES, 1f);
    }

    /** x of at most {@link Sweep#BLOCK} values. */
    abstract void scalar(float[] out, float[] x);

    /** x of at most {@link Sweep#BLOCK} values, a multiple of the vector's width. */
    abstract void vector(float[] out, float[] x);

    abstract double exact(double x);

    /** Twice the argument of GELU's tanh. */
    private static double twoU(double x) {
        return TWICE_ROOT * (x + 0.044715 * x * x * x);
    }
}
