package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link ScalarMath}, many values at a time: the same operations in the same order, hence the same bits. Small, so that C2 inlines it. */
final class VectorMath {
    private VectorMath() {}

    static FloatVector exp(FloatVector x) {
        FloatVector clamped = x.max(ScalarMath.EXP_LOWEST).min(ScalarMath.EXP_HIGHEST);
        FloatVector rounder = FloatVector.broadcast(Lanes.SPECIES, ScalarMath.ROUNDER);
        FloatVector shifted = clamped.fma(FloatVector.broadcast(Lanes.SPECIES, ScalarMath.LOG2_E), rounder);
        FloatVector n = shifted.sub(rounder);
        FloatVector r = n.fma(FloatVector.broadcast(Lanes.SPECIES, -ScalarMath.LN2_HIGH), clamped);
        r = n.fma(FloatVector.broadcast(Lanes.SPECIES, -ScalarMath.LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(Lanes.SPECIES, ScalarMath.P0).fma(r, FloatVector.broadcast(Lanes.SPECIES, ScalarMath.P1));
        p = p.fma(r, FloatVector.broadcast(Lanes.SPECIES, ScalarMath.P2));
        p = p.fma(r, FloatVector.broadcast(Lanes.SPECIES, ScalarMath.P3));
        p = p.fma(r, FloatVector.broadcast(Lanes.SPECIES, ScalarMath.P4));
        p = p.fma(r, FloatVector.broadcast(Lanes.SPECIES, ScalarMath.P5));
        p = p.fma(r.mul(r), r).add(1f);
        IntVector power = shifted.reinterpretAsInts().add(ScalarMath.EXPONENT_BIAS - ScalarMath.ROUNDER_BITS).lanewise(VectorOperators.LSHL,
            ScalarMath.MANTISSA_BITS);
        FloatVector result = p.mul(power.reinterpretAsFloats());
        return result.blend(0f, x.compare(VectorOperators.LT, ScalarMath.EXP_LOWEST));
    }
}
