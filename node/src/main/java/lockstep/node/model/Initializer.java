package lockstep.node.model;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.common.random.Mt19937;

/**
 * GPT-2's random weights in the order in which llm.c and PyTorch draw them: wte and wpe, then the four matrices of each layer. Biases are 0, LayerNorm weights 1,
 * the padding rows of wte 0.
 */
public final class Initializer {
    private static final float STANDARD_DEVIATION = 0.02f;

    private final float[] params;
    private final ParameterLayout layout;
    private final Mt19937 random;

    private Initializer(ParameterLayout layout, long seed) {
        this.layout = layout;
        this.params = new float[layout.count()];
        this.random = new Mt19937(seed);
    }

    /** @return all parameters in file order */
    public static float[] parameters(ModelShape shape, long seed) {
        Initializer initializer = new Initializer(new ParameterLayout(shape), seed);
        initializer.draw(shape);
        return initializer.params;
    }

    private void draw(ModelShape shape) {
        // Projections onto the residual stream are smaller, since the stream sums 2L of them.
        float projection = (float) (STANDARD_DEVIATION / Math.sqrt(2.0 * shape.L()));
        random.fillNormal(params, layout.offset(Tensor.WTE), Math.multiplyExact(shape.V(), shape.C()), 0f, STANDARD_DEVIATION);
        fill(Tensor.WPE, layout.offset(Tensor.WPE), STANDARD_DEVIATION);
        for (int l = 0; l < shape.L(); l++) {
            fill(Tensor.QKVW, layout.offset(Tensor.QKVW, l), STANDARD_DEVIATION);
            fill(Tensor.ATTPROJW, layout.offset(Tensor.ATTPROJW, l), projection);
            fill(Tensor.FCW, layout.offset(Tensor.FCW, l), STANDARD_DEVIATION);
            fill(Tensor.FCPROJW, layout.offset(Tensor.FCPROJW, l), projection);
        }
        for (Tensor tensor : new Tensor[] {Tensor.LN1W, Tensor.LN2W, Tensor.LNFW}) {
            int offset = layout.offset(tensor);
            java.util.Arrays.fill(params, offset, offset + layout.size(tensor), 1f);
        }
    }

    private void fill(Tensor tensor, int offset, float standardDeviation) {
        random.fillNormal(params, offset, (int) tensor.sizePerLayer(layout.shape()), 0f, standardDeviation);
    }
}
