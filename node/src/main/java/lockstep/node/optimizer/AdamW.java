package lockstep.node.optimizer;

import java.util.ArrayList;
import java.util.List;

import lockstep.common.config.AdamWSettings;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.AdamWFactors;
import lockstep.node.kernel.ElementKernels;
import lockstep.node.kernel.Kernels;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** AdamW with decoupled weight decay, each parameter read and written once. */
public final class AdamW {
    private static final int PIECE = 1 << 16;

    private final AdamWSettings settings;
    private final Workers workers;
    private final ElementKernels kernels;
    private final List<Piece> pieces;
    private final AdamWFactors decayed;
    private final AdamWFactors plain;
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
    }

    /**
     * One update in place.
     *
     * @param grads the average gradient; left as it is
     * @param step from 0
     * @param lr learning rate
     * @param gradScale what clipping multiplies the gradient by, 1 where it doesn't clip
     */
    public void step(float[] params, float[] grads, float[] m, float[] v, int step, float lr, float gradScale) {
        float correction1 = correction(settings.beta1(), step);
        float correction2 = correction(settings.beta2(), step);
        decayed.set(correction1, correction2, lr, gradScale);
        plain.set(correction1, correction2, lr, gradScale);
        this.params = params;
        this.grads = grads;
        this.m = m;
        this.v = v;
        workers.run(pieces.size(), task);
    }

    private void update(int index, int slot) {
        Piece piece = pieces.get(index);
        kernels.adamW(params, grads, m, v, piece.from, piece.to, piece.decayed ? decayed : plain);
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
        for (Tensor tensor : Tensor.values()) {
            boolean decayed = switch (settings.decay()) {
                case ALL -> true;
                case MATRICES -> tensor.matrix();
            };
            int offset = layout.offset(tensor);
            Split split = new Split(layout.size(tensor), PIECE);
            for (int i = 0; i < split.parts(); i++) {
                pieces.add(new Piece(offset + split.start(i), offset + split.end(i), decayed));
            }
        }
        return List.copyOf(pieces);
    }

    private record Piece(int from, int to, boolean decayed) {}
}
