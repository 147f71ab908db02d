package lockstep.node.model;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.Kernels;
import lockstep.node.layer.Attention;
import lockstep.node.layer.Classifier;
import lockstep.node.layer.Compute;
import lockstep.node.layer.Elementwise;
import lockstep.node.layer.Embedding;
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
    private final ParameterLayout layout;
    private final int rows;
    private final int C;
    private final int V;
    private final int L;
    private final float[] params;
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
    private final Elementwise elementwise;
    private final Classifier classifier;

    /** A model on the Vector API's kernels. */
    public Gpt2(ModelShape shape, int B, int T, float[] params, Workers workers) {
        this(shape, B, T, params, new Compute(workers, Kernels.vector()));
    }

    /**
     * @param params all parameters in file order; read at every pass, never written
     * @throws ArithmeticException when an array would be longer than Java allows
     */
    public Gpt2(ModelShape shape, int B, int T, float[] params, Compute compute) {
        if (T > shape.maxT()) {
            throw new IllegalArgumentException("T must be <= maxT: T=" + T + ", maxT=" + shape.maxT());
        }
        this.layout = new ParameterLayout(shape);
        this.rows = Math.multiplyExact(B, T);
        this.C = shape.C();
        this.V = shape.V();
        this.L = shape.L();
        this.params = params;
        this.acts = new Activations(shape, rows);
        this.dacts = new ActivationGradients(shape, rows);
        this.embedding = new Embedding(compute, B, T, C);
        this.layerNorm = new LayerNorm(compute, rows, C);
        this.qkv = new Linear(compute, rows, C, 3 * C);
        this.attention = new Attention(compute, B, T, shape.NH(), C);
        this.attentionProjection = new Linear(compute, rows, C, C);
        this.fc = new Linear(compute, rows, C, 4 * C);
        this.fcProjection = new Linear(compute, rows, 4 * C, C);
        this.elementwise = new Elementwise(compute);
        this.classifier = new Classifier(compute, rows, V, C);
    }

    public ModelShape shape() {
        return layout.shape();
    }

    /** Time spent so far in {@link #accumulateGradient}. */
    public PhaseTimes phases() {
        return phases;
    }

    /**
     * Forward and backward pass of one micro-batch: adds the gradient of its mean loss to grads.
     *
     * @param grads like params
     * @param tokens (B,T), each ≥ 0 and &lt; V
     * @param targets (B,T), likewise
     * @return mean loss in nats
     */
    public double accumulateGradient(float[] grads, int[] tokens, int[] targets) {
        long start = System.nanoTime();
        forward(tokens);
        long middle = System.nanoTime();
        double loss = classifier.lossAndGradient(dacts.normed, grads, acts.lnf, targets, params, at(WTE));
        backward(grads, tokens);
        phases.addForward(middle - start);
        phases.addBackward(System.nanoTime() - middle);
        return loss;
    }

    /** Mean loss in nats of one micro-batch, (B,T) tokens and targets. */
    public double loss(int[] tokens, int[] targets) {
        forward(tokens);
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
        forward(tokens);
        classifier.logits(out, V, acts.lnf, 0, rows, params, at(WTE));
    }

    /** Bytes that a model for these batches takes beside its parameters and their gradients. */
    public static long activationBytes(ModelShape shape, int B, int T, int threads) {
        Kernels kernels = Kernels.vector();
        long rows = Math.multiplyExact((long) B, T);
        long floats = Activations.floats(shape, rows) + ActivationGradients.floats(shape, rows);
        long C = shape.C();
        // The widest product of a block has (rows,4C) on one side and the larger of (4C,C) and (rows,4C) on the other.
        long packing = 4 * C * rows + Math.max(4 * C * C, 4 * C * rows);
        return Float.BYTES * Math.addExact(floats, packing) + Classifier.workBytes(Math.toIntExact(rows), shape.V(), shape.C())
            + threads * Attention.scratchBytes(kernels, T, shape.headSize());
    }

    private void forward(int[] tokens) {
        embedding.forward(acts.embedded, tokens, params, at(WTE), at(WPE));
        for (int l = 0; l < L; l++) {
            forwardBlock(l);
        }
        layerNorm.forward(acts.lnf, acts.lnfMean, acts.lnfRstd, acts.input(L), params, at(LNFW), at(LNFB));
    }

    private void forwardBlock(int l) {
        Activations.Block a = acts.blocks[l];
        layerNorm.forward(a.ln1, a.ln1Mean, a.ln1Rstd, acts.input(l), params, at(LN1W, l), at(LN1B, l));
        qkv.forward(a.qkv, a.ln1, params, at(QKVW, l), at(QKVB, l));
        attention.forward(a.attention, a.attentionMax, a.attentionInverseSum, a.qkv);
        attentionProjection.forward(acts.projected, a.attention, params, at(ATTPROJW, l), at(ATTPROJB, l));
        elementwise.add(a.middle, acts.input(l), acts.projected, rows * C);
        layerNorm.forward(a.ln2, a.ln2Mean, a.ln2Rstd, a.middle, params, at(LN2W, l), at(LN2B, l));
        fc.forward(a.fc, a.ln2, params, at(FCW, l), at(FCB, l));
        elementwise.gelu(a.gelu, a.fc, rows * 4 * C);
        fcProjection.forward(acts.projected, a.gelu, params, at(FCPROJW, l), at(FCPROJB, l));
        elementwise.add(a.out, a.middle, acts.projected, rows * C);
    }

    /** Takes the gradient of lnf's output from dacts.normed. */
    private void backward(float[] grads, int[] tokens) {
        java.util.Arrays.fill(dacts.residual, 0f);
        layerNorm.backward(dacts.residual, grads, dacts.normed, acts.input(L), acts.lnfMean, acts.lnfRstd, params, at(LNFW), at(LNFB));
        for (int l = L - 1; l >= 0; l--) {
            backwardBlock(grads, l);
        }
        embedding.backward(grads, dacts.residual, tokens, at(WTE), at(WPE));
    }

    private void backwardBlock(float[] grads, int l) {
        Activations.Block a = acts.blocks[l];
        // out = middle + fcproj(gelu(fc(ln2(middle)))): the residual's gradient passes to both summands
        fcProjection.backward(dacts.fc, grads, dacts.residual, a.gelu, params, at(FCPROJW, l), at(FCPROJB, l));
        elementwise.geluBackward(dacts.fc, dacts.fc, a.fc, rows * 4 * C);
        fc.backward(dacts.normed, grads, dacts.fc, a.ln2, params, at(FCW, l), at(FCB, l));
        layerNorm.backward(dacts.residual, grads, dacts.normed, a.middle, a.ln2Mean, a.ln2Rstd, params, at(LN2W, l), at(LN2B, l));
        // middle = input + attproj(attention(qkv(ln1(input))))
        attentionProjection.backward(dacts.attention, grads, dacts.residual, a.attention, params, at(ATTPROJW, l), at(ATTPROJB, l));
        attention.backward(dacts.qkv, dacts.attention, a.attention, a.attentionMax, a.attentionInverseSum, a.qkv);
        qkv.backward(dacts.normed, grads, dacts.qkv, a.ln1, params, at(QKVW, l), at(QKVB, l));
        layerNorm.backward(dacts.residual, grads, dacts.normed, acts.input(l), a.ln1Mean, a.ln1Rstd, params, at(LN1W, l), at(LN1B, l));
    }

    private int at(Tensor tensor) {
        return layout.offset(tensor);
    }

    private int at(Tensor tensor, int l) {
        return layout.offset(tensor, l);
    }
}
