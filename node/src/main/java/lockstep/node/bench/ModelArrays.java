package lockstep.node.bench;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;

/** Arrays of a model's size that kernels share, taken when the first one asks. */
final class ModelArrays {
    /** Of weights, so that logits are of the order of 1. */
    private static final float SCALE = 0.05f;

    private final ParameterLayout layout;
    private float[] params = new float[0];
    private float[] grads = new float[0];

    ModelArrays(ModelShape shape) {
        this.layout = new ParameterLayout(shape);
    }

    ParameterLayout layout() {
        return layout;
    }

    float[] params() {
        if (params.length == 0) {
            params = new float[layout.count()];
            Values.fill(params, SCALE);
        }
        return params;
    }

    /** With what the kernels before left there. */
    float[] grads() {
        if (grads.length == 0) {
            grads = new float[layout.count()];
        }
        return grads;
    }

    int at(Tensor tensor) {
        return layout.offset(tensor);
    }

    /** The layers in turn: a step comes to each one's weights once, when the caches have forgotten them. */
    int at(Tensor tensor, int run) {
        return layout.offset(tensor, run % layout.shape().L());
    }
}
