package lockstep.node.optimizer;

import java.util.Arrays;
import java.util.List;

import lockstep.node.kernel.UpdateSquares;

/**
 * Puts a layer's sums of squares together from those of its pieces, which lie apart in the model and are computed in any order: each piece keeps its own, and they are added in double one after another.
 */
final class LayerSums {
    private static final int KINDS = 3;

    private final LayerNorms norms;
    private final double[] ofPieces; // (pieces,3)
    private final double[] ofLayers; // (layers,3)

    LayerSums(List<String> layers, int pieces) {
        this.norms = new LayerNorms(layers);
        this.ofPieces = new double[pieces * KINDS];
        this.ofLayers = new double[layers.size() * KINDS];
    }

    /** Of one piece, on whatever thread has computed it. */
    void keep(int piece, UpdateSquares squares) {
        ofPieces[KINDS * piece] = squares.gradients();
        ofPieces[KINDS * piece + 1] = squares.weights();
        ofPieces[KINDS * piece + 2] = squares.directions();
    }

    void clear() {
        Arrays.fill(ofLayers, 0);
    }

    void add(int piece, int layer) {
        for (int kind = 0; kind < KINDS; kind++) {
            ofLayers[KINDS * layer + kind] += ofPieces[KINDS * piece + kind];
        }
    }

    /** @param lr that a direction is multiplied by */
    LayerNorms norms(float lr) {
        for (int layer = 0; layer < norms.names().size(); layer++) {
            norms.set(layer, Math.sqrt(ofLayers[KINDS * layer]), Math.sqrt(ofLayers[KINDS * layer + 1]),
                lr * Math.sqrt(ofLayers[KINDS * layer + 2]));
        }
        return norms;
    }
}
