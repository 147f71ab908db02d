package lockstep.node.model;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

import lockstep.common.model.FinalRanges;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.Kernels;
import lockstep.node.layer.Attention;
import lockstep.node.layer.Classifier;
import lockstep.node.layer.Compute;
import lockstep.node.layer.Embedding;
import lockstep.node.layer.Gelu;
import lockstep.node.layer.Into;
import lockstep.node.layer.LayerNorm;
import lockstep.node.layer.Linear;
import lockstep.node.parallel.Workers;

import static lockstep.common.model.Tensor.ATTPROJB;
import static lockstep.common.model.Tensor.ATTPROJW;
import static lockstep.common.model.Tensor.FCB;
import static lockstep.common.model.Tensor.FCPROJB;
import static lockstep.common.model.Tensor.FCPROJW;
import static lockstep.common.model.Tensor.FCW;
import static lockstep.common.model.Tensor.LN1B;
import static lockstep.common.model.Tensor.LN1W;
import static lockstep.common.model.Tensor.LN2B;
import static lockstep.common.model.Tensor.LN2W;
import static lockstep.common.model.Tensor.LNFB;
import static lockstep.common.model.Tensor.LNFW;
import static lockstep.common.model.Tensor.QKVB;
import static lockstep.common.model.Tensor.QKVW;
import static lockstep.common.model.Tensor.WPE;
import static lockstep.common.model.Tensor.WTE;

/**
 * GPT-2 for batches of B sequences of T tokens. All memory is taken in the constructor. One caller at a time.
 */
public final class Gpt2 {
    /** Kept, since values() makes a copy, and a step makes none. */
    private static final Tensor[] TENSORS = Tensor.values();

    private final ParameterLayout layout;
    private final int rows;
    private final int C;
    private final int V;
    private final int L;
    private final float[] params;
    private final Recompute recompute;
    private final Activations acts;
    private final ActivationGradients dacts;
    private final PhaseTimes phases = new PhaseTimes();

    private final Embedding embedding;
    private final LayerNorm layerNorm;
    private final Linear qkv;
    private final Attention attention;
    private final Linear attentionProjection;
    private final Linear fc;
    private final Linear fcProjection;
    private final Gelu gelu;
    private final Classifier classifier;

    /** A model on the kernels of this process. */
    public Gpt2(ModelShape shape, int B, int T, float[] params, Workers workers, Recompute recompute) {
        this(shape, B, T, params, new Compute(workers, Kernels.ofThisProcess()), recompute);
    }

    /**
     * @param params all parameters in file order; read at every pass, never written
     * @throws ArithmeticException when an array would be longer than Java allows
     */
    public Gpt2(ModelShape shape, int B, int T, float[] params, Compute compute, Recompute recompute) {
        if (T > shape.maxT()) {
            throw new IllegalArgumentException("T must be <= maxT: T=" + T + ", maxT=" + shape.maxT());
        }
        this.layout = new ParameterLayout(shape);
        this.rows = Math.multiplyExact(B, T);
        this.C = shape.C();
        this.V = shape.V();
        this.L = shape.L();
        this.params = params;
        this.acts = new Activations(shape, rows, recompute);
        this.recompute = recompute;
        this.dacts = new ActivationGradients(shape, rows);
        this.embedding = new Embedding(compute, B, T, C);
        this.layerNorm = new LayerNorm(compute, rows, C);
        this.qkv = new Linear(compute, rows, C, 3 * C);
        this.attention = new Attention(compute, B, T, shape.NH(), C);
        this.attentionProjection = new Linear(compute, rows, C, C);
        this.fc = new Linear(compute, rows, C, 4 * C);
        this.fcProjection = new Linear(compute, rows, 4 * C, C);
        this.gelu = new Gelu(compute, Math.multiplyExact(rows, 4 * C));
        this.classifier = new Classifier(compute, rows, V, C);
    }

    public ModelShape shape() {
        return layout.shape();
    }

    /** Time spent so far in {@link #gradient} and {@link #accumulateGradient}. */
    public PhaseTimes phases() {
        return phases;
    }

    /**
     * Forward and backward pass of one micro-batch: overwrites grads with the gradient of its mean loss.
     *
     * @param grads like params
     * @param tokens (B,T), each ≥ 0 and &lt; V
     * @param targets (B,T), likewise
     * @return mean loss in nats
     */
    public double gradient(float[] grads, int[] tokens, int[] targets) {
        return gradient(grads, tokens, targets, Gpt2::never, FinalRanges.UNHEARD);
    }

    /** {@link #gradient} that adds to grads. */
    public double accumulateGradient(float[] grads, int[] tokens, int[] targets) {
        return accumulateGradient(grads, tokens, targets, Gpt2::never, FinalRanges.UNHEARD);
    }

    /**
     * {@link #gradient} that can be given up, since a pass over a large batch takes many seconds, and that says what is ready.
     *
     * @param interrupted asked before each block and each chunk of the classifier; once true it has to stay so
     * @param finals hears of each range of grads once it is final: lnf, then the blocks from the last to the first, then wte and wpe
     * @return NaN where it was given up: grads are worthless then
     */
    public double gradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
        clearAllButProducts(grads);
        return pass(grads, tokens, targets, Into.OVERWRITE, interrupted, finals);
    }

    /** {@link #accumulateGradient} as {@link #gradient(float[], int[], int[], BooleanSupplier, FinalRanges)} has it. */
    public double accumulateGradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
        return pass(grads, tokens, targets, Into.ADD, interrupted, finals);
    }

    private static boolean never() {
        return false;
    }

    /** Zeroes the gradients that sums over rows add to, and wte's padding. Products overwrite the rest, which is nearly all. */
    private void clearAllButProducts(float[] grads) {
        for (Tensor tensor : TENSORS) {
            int from = at(tensor);
            int end = from + layout.size(tensor);
            switch (tensor) {
                case WTE -> Arrays.fill(grads, from + V * C, end, 0f);
                case QKVW, ATTPROJW, FCW, FCPROJW -> {
                    // products
                }
                default -> Arrays.fill(grads, from, end, 0f);
            }
        }
    }

    private double pass(float[] grads, int[] tokens, int[] targets, Into into, BooleanSupplier interrupted, FinalRanges finals) {
        phases.forwardBegins();
        if (!forward(tokens, interrupted)) {
            return Double.NaN;
        }
        phases.backwardBegins();
        double loss = classifier.lossAndGradient(dacts.normed, grads, acts.lnf, targets, params, at(WTE), into, interrupted);
        if (!backward(grads, tokens, into, interrupted, finals)) {
            return Double.NaN;
        }
        phases.backwardEnds();
        return loss;
    }

    /** Mean loss in nats of one micro-batch, (B,T) tokens and targets. */
    public double loss(int[] tokens, int[] targets) {
        forward(tokens, Gpt2::never);
        return classifier.loss(acts.lnf, targets, params, at(WTE));
    }

    /**
     * The loss of each token by itself.
     *
     * @param out (B,T) nats, overwritten
     * @param tokens (B,T)
     * @param targets (B,T)
     */
    public void tokenLosses(double[] out, int[] tokens, int[] targets) {
        loss(tokens, targets);
        classifier.copyLosses(out);
    }

    /**
     * @param out (B,T,V) raw logits, padding left out
     * @param tokens (B,T)
     */
    public void logits(float[] out, int[] tokens) {
        forward(tokens, Gpt2::never);
        classifier.logits(out, V, acts.lnf, 0, rows, params, at(WTE));
    }

    /** Bytes that a model for these batches takes beside its parameters and their gradients. */
    public static long activationBytes(ModelShape shape, int B, int T, int threads, Recompute recompute) {
        Kernels kernels = Kernels.ofThisProcess();
        long rows = Math.multiplyExact((long) B, T);
        long floats = Activations.floats(shape, rows, recompute) + ActivationGradients.floats(shape, rows);
        return Math.multiplyExact(Float.BYTES, floats) + Classifier.workBytes(Math.toIntExact(rows), shape.V())
            + Compute.workBytes(kernels, threads) + threads * Attention.scratchBytes(kernels, T, shape.headSize());
    }

    /** @return false where it was given up */
    private boolean forward(int[] tokens, BooleanSupplier interrupted) {
        embedding.forward(acts.embedded, tokens, params, at(WTE), at(WPE));
        for (int l = 0; l < L; l++) {
            if (interrupted.getAsBoolean()) {
                return false;
            }
            Activations.Block a = acts.blocks[l];
            attend(a, l);
            expand(a, l);
            fcProjection.forwardAdd(a.out, a.middle, a.gelu, params, at(FCPROJW, l), at(FCPROJB, l));
        }
        layerNorm.forward(acts.lnf, acts.lnfMean, acts.lnfRstd, acts.input(L), params, at(LNFW), at(LNFB));
        return true;
    }

    /** middle = input + attproj(attention(qkv(ln1(input)))) */
    private void attend(Activations.Block a, int l) {
        layerNorm.forward(a.ln1, a.ln1Mean, a.ln1Rstd, acts.input(l), params, at(LN1W, l), at(LN1B, l));
        qkv.forward(a.qkv, a.ln1, params, at(QKVW, l), at(QKVB, l));
        attention.forward(a.attention, a.attentionMax, a.attentionInverseSum, a.qkv);
        attentionProjection.forwardAdd(a.middle, acts.input(l), a.attention, params, at(ATTPROJW, l), at(ATTPROJB, l));
    }

    /** gelu(fc(ln2(middle))) */
    private void expand(Activations.Block a, int l) {
        layerNorm.forward(a.ln2, a.ln2Mean, a.ln2Rstd, a.middle, params, at(LN2W, l), at(LN2B, l));
        fc.forwardGelu(a.fc, a.gelu, a.ln2, params, at(FCW, l), at(FCB, l));
    }

    /** Brings back what the forward pass of later blocks overwrote: the same operations on the same values. */
    private void recompute(Activations.Block a, int l) {
        switch (recompute) {
            case NONE -> {
                // everything was kept
            }
            case GELU -> {
                layerNorm.forward(a.ln1, a.ln1Mean, a.ln1Rstd, acts.input(l), params, at(LN1W, l), at(LN1B, l));
                layerNorm.forward(a.ln2, a.ln2Mean, a.ln2Rstd, a.middle, params, at(LN2W, l), at(LN2B, l));
                gelu.forward(a.gelu, a.fc);
            }
            case BLOCK -> {
                attend(a, l);
                expand(a, l);
            }
        }
    }

    /**
     * Takes the gradient of lnf's output from dacts.normed.
     *
     * @return false where it was given up
     */
    private boolean backward(float[] grads, int[] tokens, Into into, BooleanSupplier interrupted, FinalRanges finals) {
        layerNorm.backwardFirst(dacts.residual, grads, dacts.normed, acts.input(L), acts.lnfMean, acts.lnfRstd, params, at(LNFW), at(LNFB));
        finals.isFinal(at(LNFW), layout.count());
        for (int l = L - 1; l >= 0; l--) {
            if (interrupted.getAsBoolean()) {
                return false;
            }
            // The arrays still hold the last block's values.
            if (l < L - 1) {
                recompute(acts.blocks[l], l);
            }
            backwardBlock(grads, l, into);
            blockIsFinal(l, finals);
        }
        embedding.backward(grads, dacts.residual, tokens, at(WTE), at(WPE));
        finals.isFinal(at(WTE), at(LN1W));
        return true;
    }

    /** Tensor by tensor, since a layer's parameters lie apart; backwards, as they came to be. */
    private void blockIsFinal(int l, FinalRanges finals) {
        for (int t = TENSORS.length - 1; t >= 0; t--) {
            if (TENSORS[t].perLayer()) {
                finals.isFinal(at(TENSORS[t], l), at(TENSORS[t], l + 1));
            }
        }
    }

    private void backwardBlock(float[] grads, int l, Into into) {
        Activations.Block a = acts.blocks[l];
        // out = middle + fcproj(gelu(fc(ln2(middle)))): the residual's gradient passes to both summands
        fcProjection.backwardGelu(dacts.fc, grads, dacts.residual, a.gelu, a.fc, params, at(FCPROJW, l), at(FCPROJB, l), into);
        fc.backward(dacts.normed, grads, dacts.fc, a.ln2, params, at(FCW, l), at(FCB, l), into);
        layerNorm.backward(dacts.residual, grads, dacts.normed, a.middle, a.ln2Mean, a.ln2Rstd, params, at(LN2W, l), at(LN2B, l));
        // middle = input + attproj(attention(qkv(ln1(input))))
        attentionProjection.backward(dacts.attention, grads, dacts.residual, a.attention, params, at(ATTPROJW, l), at(ATTPROJB, l), into);
        attention.backward(dacts.qkv, dacts.attention, a.attention, a.attentionMax, a.attentionInverseSum, a.qkv);
        qkv.backward(dacts.normed, grads, dacts.qkv, a.ln1, params, at(QKVW, l), at(QKVB, l), into);
        layerNorm.backward(dacts.residual, grads, dacts.normed, acts.input(l), a.ln1Mean, a.ln1Rstd, params, at(LN1W, l), at(LN1B, l));
    }

    private int at(Tensor tensor) {
        return layout.offset(tensor);
    }

    private int at(Tensor tensor, int l) {
        return layout.offset(tensor, l);
    }
}
