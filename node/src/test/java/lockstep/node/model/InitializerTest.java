package lockstep.node.model;

import org.junit.jupiter.api.Test;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

class InitializerTest {
    private static final ModelShape SHAPE = new ModelShape(7, 20, 128, 2, 2, 8);

    /**
     * torch 2.13, torch.manual_seed(42): wte = empty(20,8).normal_(0,.02), wpe = empty(7,8).normal_(0,.02), then for each layer empty(24,8), empty(8,8) with
     * .02/sqrt(4), empty(32,8), empty(8,32) with .02/sqrt(4).
     */
    @Test
    void drawsTheNumbersThatPyTorchDraws() {
        float[] params = Initializer.parameters(SHAPE, 42);
        ParameterLayout layout = new ParameterLayout(SHAPE);
        assertDrawn(params, layout.offset(Tensor.WTE), WTE_START);
        assertDrawn(params, layout.offset(Tensor.WPE), WPE_START);
        assertDrawn(params, layout.offset(Tensor.QKVW, 0), QKVW0_START);
        assertDrawn(params, layout.offset(Tensor.FCPROJW, 1) + 256 - 3, FCPROJW1_END);
    }

    private static void assertDrawn(float[] params, int offset, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], params[offset + i], 1e-7f);
        }
    }

    @Test
    void biasesAreZeroNormsOneAndPaddingZero() {
        float[] params = Initializer.parameters(SHAPE, 42);
        ParameterLayout layout = new ParameterLayout(SHAPE);
        for (Tensor tensor : Tensor.values()) {
            for (int i = 0; i < layout.size(tensor) && !tensor.matrix(); i++) {
                assertEquals(tensor.label().endsWith("w") ? 1f : 0f, params[layout.offset(tensor) + i]);
            }
        }
        for (int i = SHAPE.V() * SHAPE.C(); i < SHAPE.Vp() * SHAPE.C(); i++) {
            assertEquals(0f, params[layout.offset(Tensor.WTE) + i]);
        }
    }

    private static final float[] WTE_START = {0.03853830322623253f, 0.02974568121135235f, 0.018014343455433846f, -0.042110417038202286f};
    private static final float[] WPE_START = {-0.038011062890291214f, 0.004571530502289534f, 0.000497188069857657f, -0.006919004954397678f};
    private static final float[] QKVW0_START =
        {-0.009222500957548618f, -0.0012776912190020084f, -0.0273346658796072f, 0.006596310529857874f};
    private static final float[] FCPROJW1_END = {0.006449635606259108f, -0.01522473432123661f, -0.026157381013035774f};
}
