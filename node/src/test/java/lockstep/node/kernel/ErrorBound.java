package lockstep.node.kernel;

/**
 * The error bounds that the javadocs of {@link ScalarMath#exp} and {@link ElementKernels} state. Each limit is the largest error over all floats of the range,
 * rounded up.
 */
enum ErrorBound {
    EXP_ULP(Curve.EXP, ScalarMath.EXP_LOWEST, ScalarMath.EXP_HIGHEST, 1.011) {
        @Override
        double unit(double x, double exact) {
            return Math.ulp((float) exact);
        }
    },
    GELU_ULP(Curve.GELU, -1f, Float.MAX_VALUE, 2.57) {
        @Override
        double unit(double x, double exact) {
            return Math.ulp((float) exact);
        }
    },
    /** Where the result fades, the rounding of −2u, up to 49 at −8, is the relative error of its exponential. */
    GELU_RELATIVE(Curve.GELU, -8f, -1f, 5.70e-6) {
        @Override
        double unit(double x, double exact) {
            return Math.abs(exact);
        }
    },
    /** Where nothing is left of the result but what the exponential's saturation lets pass. */
    GELU_OF_X(Curve.GELU, -Float.MAX_VALUE, -8f, 2.43e-27) {
        @Override
        double unit(double x, double exact) {
            return Math.abs(x);
        }
    },
    SLOPE_ULP(Curve.GELU_SLOPE, 0f, 1e10f, 2.84) {
        @Override
        double unit(double x, double exact) {
            return Math.ulp((float) exact);
        }
    },
    SLOPE_ABSOLUTE(Curve.GELU_SLOPE, -1e10f, 1e10f, 2.22e-7) {
        @Override
        double unit(double x, double exact) {
            return 1;
        }
    };

    final Curve curve;
    final float from;
    final float to;
    /** In units. */
    final double limit;

    ErrorBound(Curve curve, float from, float to, double limit) {
        this.curve = curve;
        this.from = from;
        this.to = to;
        this.limit = limit;
    }

    abstract double unit(double x, double exact);

    final boolean holdsAt(float x) {
        return from <= x && x <= to;
    }

    /** The error in units; infinite for what is no number. An exact 0 has no error, whatever the unit. */
    final double error(float x, float found, double exact) {
        double error = Math.abs(found - exact);
        if (error == 0) {
            return 0;
        }
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / unit(x, exact);
    }
}
