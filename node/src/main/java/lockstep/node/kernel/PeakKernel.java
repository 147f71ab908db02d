package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Fused multiply-adds that touch no memory: what the processor can do at best. */
public final class PeakKernel {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int ACCUMULATORS = 16;

    private PeakKernel() {}

    /** Floating-point operations that one iteration of {@link #run} does. */
    public static int flopsPerIteration() {
        return ACCUMULATORS * S.length() * 2;
    }

    /** Independent chains of fma, enough of them to hide the latency. Returns a value that depends on all of them, so that none is optimised away. */
    public static float run(int iterations, float seed) {
        FloatVector factor = FloatVector.broadcast(S, 0.999f);
        FloatVector summand = FloatVector.broadcast(S, 1e-3f);
        FloatVector s0 = FloatVector.broadcast(S, seed + 0);
        FloatVector s1 = FloatVector.broadcast(S, seed + 1);
        FloatVector s2 = FloatVector.broadcast(S, seed + 2);
        FloatVector s3 = FloatVector.broadcast(S, seed + 3);
        FloatVector s4 = FloatVector.broadcast(S, seed + 4);
        FloatVector s5 = FloatVector.broadcast(S, seed + 5);
        FloatVector s6 = FloatVector.broadcast(S, seed + 6);
        FloatVector s7 = FloatVector.broadcast(S, seed + 7);
        FloatVector s8 = FloatVector.broadcast(S, seed + 8);
        FloatVector s9 = FloatVector.broadcast(S, seed + 9);
        FloatVector s10 = FloatVector.broadcast(S, seed + 10);
        FloatVector s11 = FloatVector.broadcast(S, seed + 11);
        FloatVector s12 = FloatVector.broadcast(S, seed + 12);
        FloatVector s13 = FloatVector.broadcast(S, seed + 13);
        FloatVector s14 = FloatVector.broadcast(S, seed + 14);
        FloatVector s15 = FloatVector.broadcast(S, seed + 15);
        for (int i = 0; i < iterations; i++) {
            s0 = s0.fma(factor, summand);
            s1 = s1.fma(factor, summand);
            s2 = s2.fma(factor, summand);
            s3 = s3.fma(factor, summand);
            s4 = s4.fma(factor, summand);
            s5 = s5.fma(factor, summand);
            s6 = s6.fma(factor, summand);
            s7 = s7.fma(factor, summand);
            s8 = s8.fma(factor, summand);
            s9 = s9.fma(factor, summand);
            s10 = s10.fma(factor, summand);
            s11 = s11.fma(factor, summand);
            s12 = s12.fma(factor, summand);
            s13 = s13.fma(factor, summand);
            s14 = s14.fma(factor, summand);
            s15 = s15.fma(factor, summand);
        }
        FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).add(s12).add(s13)
            .add(s14).add(s15);
        return sum.lane(0);
    }
}
