package lockstep.node.optimizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import lockstep.common.config.AdamWSettings;
import lockstep.common.model.Layers;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.AdamWFactors;
import lockstep.node.kernel.ElementKernels;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.UpdateSquares;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** AdamW with decoupled weight decay, each parameter read and written once, its squares added up on the way. */
public final class AdamW {
    private static final int PIECE = 1 << 16;

    private final AdamWSettings settings;
    private final Workers workers;
    private final ElementKernels kernels;
    private final List<Piece> pieces;
    private final AdamWFactors decayed;
    private final AdamWFactors plain;
    private final LayerSums sums;
    private final UpdateSquares[] squares; // (threads)
    private final Workers.Task task = this::update;
    // Arguments of the step under way: fields, since what a lambda catches would be garbage at each step.
    private float[] params;
    private float[] grads;
    private float[] m;
    private float[] v;

    public AdamW(AdamWSettings settings, ParameterLayout layout, Workers workers, Kernels kernels) {
        this.settings = settings;
        this.workers = workers;
        this.kernels = kernels.elements();
        this.pieces = pieces(layout, settings);
        this.decayed = new AdamWFactors(settings.beta1(), settings.beta2(), settings.eps(), settings.weightDecay());
        this.plain = new AdamWFactors(settings.beta1(), settings.beta2(), settings.eps(), 0f);
        this.sums = new LayerSums(new Layers(layout.shape()).names(), pieces.size());
        this.squares = new UpdateSquares[workers.threads()];
        Arrays.setAll(squares, slot -> new UpdateSquares());
    }

    /**
     * One update in place.
     *
     * @param grads the average gradient; left as it is
     * @param step from 0
     * @param lr learning rate
     * @param gradScale what clipping multiplies the gradient by, 1 where it doesn't clip
     * @return of this update; the next one overwrites it
     */
    public LayerNorms step(float[] params, float[] grads, float[] m, float[] v, int step, float lr, float gradScale) {
        float correction1 = correction(settings.beta1(), step);
        float correction2 = correction(settings.beta2(), step);
        decayed.set(correction1, correction2, lr, gradScale);
        plain.set(correction1, correction2, lr, gradScale);
        this.params = params;
        this.grads = grads;
        this.m = m;
        this.v = v;
        workers.run(pieces.size(), task);
        sums.clear();
        for (int i = 0; i < pieces.size(); i++) { // in the order of the layout, whoever has computed them
            sums.add(i, pieces.get(i).layer);
        }
        return sums.norms(lr);
    }

    private void update(int index, int slot) {
        Piece piece = pieces.get(index);
        kernels.adamW(squares[slot], params, grads, m, v, piece.from, piece.to, piece.decayed ? decayed : plain);
        sums.keep(index, squares[slot]);
    }

    /** 1 / (1 − βᵗ), t = step + 1. */
    private static float correction(float beta, int step) {
        return (float) (1.0 / (1.0 - power(beta, step + 1)));
    }

    /** By repeated squaring in double, far more exact than the float that comes of it; StrictMath.pow takes arrays from the heap. */
    private static double power(double base, int exponent) {
        double result = 1;
        double square = base;
        for (int rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }

    private static List<Piece> pieces(ParameterLayout layout, AdamWSettings settings) {
        List<Piece> pieces = new ArrayList<>();
        Layers layers = new Layers(layout.shape());
        for (Tensor tensor : Tensor.values()) {
            boolean decayed = switch (settings.decay()) {
                case ALL -> true;
                case MATRICES -> tensor.matrix();
            };
            int blocks = tensor.perLayer() ? layout.shape().L() : 1;
            Split split = new Split(layout.size(tensor) / blocks, PIECE);
            for (int l = 0; l < blocks; l++) {
                int offset = layout.offset(tensor, l);
                for (int i = 0; i < split.parts(); i++) {
                    pieces.add(new Piece(offset + split.start(i), offset + split.end(i), layers.of(tensor, l), decayed));
                }
            }
        }
        return List.copyOf(pieces);
    }

    /** A range of one layer's part of one tensor. */
    private record Piece(int from, int to, int layer, boolean decayed) {}
}
