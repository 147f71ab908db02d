package lockstep.node.bench;

import java.util.ArrayList;
import java.util.List;

import lockstep.common.model.ModelShape;
import lockstep.common.model.Tensor;
import lockstep.node.layer.Attention;
import lockstep.node.layer.Classifier;
import lockstep.node.layer.Compute;
import lockstep.node.layer.Embedding;
import lockstep.node.layer.Into;
import lockstep.node.layer.LayerNorm;
import lockstep.node.layer.Linear;

import static lockstep.common.model.Tensor.ATTPROJB;
import static lockstep.common.model.Tensor.ATTPROJW;
import static lockstep.common.model.Tensor.FCB;
import static lockstep.common.model.Tensor.FCPROJB;
import static lockstep.common.model.Tensor.FCPROJW;
import static lockstep.common.model.Tensor.FCW;
import static lockstep.common.model.Tensor.LN1B;
import static lockstep.common.model.Tensor.LN1W;
import static lockstep.common.model.Tensor.QKVB;
import static lockstep.common.model.Tensor.QKVW;
import static lockstep.common.model.Tensor.WPE;
import static lockstep.common.model.Tensor.WTE;

/** The layers of a model, in the order of a step. */
final class LayerKernels {
    private final Compute compute;
    private final ModelArrays arrays;
    private final ModelShape shape;
    private final int B;
    private final int T;
    private final int rows;
    private final int C;
    private final List<Kernel> kernels = new ArrayList<>();

    private LayerKernels(Compute compute, ModelArrays arrays, int B, int T) {
        this.compute = compute;
        this.arrays = arrays;
        this.shape = arrays.layout().shape();
        this.B = B;
        this.T = T;
        this.rows = Math.multiplyExact(B, T);
        this.C = shape.C();
    }

    static List<Kernel> of(Compute compute, ModelArrays arrays, int B, int T) {
        LayerKernels layers = new LayerKernels(compute, arrays, B, T);
        layers.embedding();
        layers.layerNorm();
        layers.linear("qkv", layers.C, 3 * layers.C, QKVW, QKVB);
        layers.attention();
        layers.linear("attproj", layers.C, layers.C, ATTPROJW, ATTPROJB);
        layers.linear("fc", layers.C, 4 * layers.C, FCW, FCB);
        layers.fcGelu();
        layers.linear("fcproj", 4 * layers.C, layers.C, FCPROJW, FCPROJB);
        layers.classifier();
        return layers.kernels;
    }

    private void embedding() {
        kernels.add(new Kernel("embedding forward", Work.embeddingForward(rows, C), () -> {
            Embedding layer = new Embedding(compute, B, T, C);
            float[] out = new float[size(C)];
            float[] params = arrays.params();
            int[] tokens = Values.tokens(rows, shape.V(), 1);
            return run -> layer.forward(out, tokens, params, arrays.at(WTE), arrays.at(WPE));
        }));
        kernels.add(new Kernel("embedding backward", Work.embeddingBackward(rows, C), () -> {
            Embedding layer = new Embedding(compute, B, T, C);
            float[] grads = arrays.grads();
            float[] dout = Values.floats(size(C));
            int[] tokens = Values.tokens(rows, shape.V(), 1);
            return run -> layer.backward(grads, dout, tokens, arrays.at(WTE), arrays.at(WPE));
        }));
    }

    private void layerNorm() {
        kernels.add(new Kernel("layernorm forward", Work.layerNormForward(rows, C), () -> {
            LayerNorm layer = new LayerNorm(compute, rows, C);
            float[] out = new float[size(C)];
            float[] mean = new float[rows];
            float[] rstd = new float[rows];
            float[] inp = Values.floats(size(C));
            float[] params = arrays.params();
            return run -> layer.forward(out, mean, rstd, inp, params, arrays.at(LN1W, run), arrays.at(LN1B, run));
        }));
        kernels.add(new Kernel("layernorm backward", Work.layerNormBackward(rows, C), () -> {
            LayerNorm layer = new LayerNorm(compute, rows, C);
            float[] dinp = new float[size(C)];
            float[] mean = new float[rows];
            float[] rstd = new float[rows];
            float[] inp = Values.floats(size(C));
            float[] params = arrays.params();
            layer.forward(dinp, mean, rstd, inp, params, arrays.at(LN1W), arrays.at(LN1B));
            float[] grads = arrays.grads();
            float[] dout = Values.floats(size(C));
            return run -> layer.backward(dinp, grads, dout, inp, mean, rstd, params, arrays.at(LN1W, run), arrays.at(LN1B, run));
        }));
    }

    private void linear(String name, int inputs, int outputs, Tensor weight, Tensor bias) {
        Work work = Work.linear(rows, inputs, outputs);
        kernels.add(new Kernel(name + " forward", work, () -> {
            Linear layer = new Linear(compute, rows, inputs, outputs);
            float[] out = new float[size(outputs)];
            float[] inp = Values.floats(size(inputs));
            float[] params = arrays.params();
            return run -> layer.forward(out, inp, params, arrays.at(weight, run), arrays.at(bias, run));
        }));
        kernels.add(new Kernel(name + " backward input", work, () -> {
            Linear layer = new Linear(compute, rows, inputs, outputs);
            float[] dinp = new float[size(inputs)];
            float[] dout = Values.floats(size(outputs));
            float[] params = arrays.params();
            return run -> layer.backwardInput(dinp, dout, params, arrays.at(weight, run));
        }));
        kernels.add(new Kernel(name + " backward weights", work, () -> {
            Linear layer = new Linear(compute, rows, inputs, outputs);
            float[] grads = arrays.grads();
            float[] dout = Values.floats(size(outputs));
            float[] inp = Values.floats(size(inputs));
            return run -> layer.backwardWeights(grads, dout, inp, arrays.at(weight, run), arrays.at(bias, run), Into.ADD);
        }));
    }

    /** The product's operations alone are counted. */
    private void fcGelu() {
        kernels.add(new Kernel("fc forward + gelu", Work.linear(rows, C, 4 * C), () -> {
            Linear layer = new Linear(compute, rows, C, 4 * C);
            float[] out = new float[size(4 * C)];
            float[] gelu = new float[size(4 * C)];
            float[] inp = Values.floats(size(C));
            float[] params = arrays.params();
            return run -> layer.forwardGelu(out, gelu, inp, params, arrays.at(FCW, run), arrays.at(FCB, run));
        }));
    }

    private void attention() {
        int statistics = Math.multiplyExact(rows, shape.NH());
        kernels.add(new Kernel("attention forward", Work.attentionForward(shape, B, T), () -> {
            Attention layer = new Attention(compute, B, T, shape.NH(), C);
            float[] out = new float[size(C)];
            float[] max = new float[statistics];
            float[] inverseSum = new float[statistics];
            float[] qkv = Values.floats(size(3 * C));
            return run -> layer.forward(out, max, inverseSum, qkv);
        }));
        kernels.add(new Kernel("attention backward", Work.attentionBackward(shape, B, T), () -> {
            Attention layer = new Attention(compute, B, T, shape.NH(), C);
            float[] out = new float[size(C)];
            float[] max = new float[statistics];
            float[] inverseSum = new float[statistics];
            float[] qkv = Values.floats(size(3 * C));
            layer.forward(out, max, inverseSum, qkv);
            float[] dqkv = new float[size(3 * C)];
            float[] dout = Values.floats(size(C));
            return run -> layer.backward(dqkv, dout, out, max, inverseSum, qkv);
        }));
    }

    private void classifier() {
        kernels.add(new Kernel("classifier loss", Work.classifierLoss(rows, shape), () -> {
            Classifier layer = new Classifier(compute, rows, shape.V(), C);
            float[] x = Values.floats(size(C));
            float[] params = arrays.params();
            int[] targets = Values.tokens(rows, shape.V(), 2);
            return run -> layer.loss(x, targets, params, arrays.at(WTE));
        }));
        kernels.add(new Kernel("classifier loss + gradient", Work.classifierGradient(rows, shape), () -> {
            Classifier layer = new Classifier(compute, rows, shape.V(), C);
            float[] dx = new float[size(C)];
            float[] grads = arrays.grads();
            float[] x = Values.floats(size(C));
            float[] params = arrays.params();
            int[] targets = Values.tokens(rows, shape.V(), 2);
            return run -> layer.lossAndGradient(dx, grads, x, targets, params, arrays.at(WTE), Into.ADD);
        }));
    }

    private int size(int channels) {
        return Math.multiplyExact(rows, channels);
    }
}
