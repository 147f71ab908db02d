package lockstep.common.replica;

/** A step's loss out of those of its micro-batches. */
public final class MeanLoss {
    private MeanLoss() {}

    /** @param lossesNats (M); summed in double by ascending index */
    public static double of(double[] lossesNats) {
        double sumNats = 0;
        for (double lossNats : lossesNats) {
            sumNats += lossNats;
        }
        return sumNats / lossesNats.length;
    }
}
