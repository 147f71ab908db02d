package lockstep.common.model;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class LayersTest {
    @Test
    void eachTensorBelongsToOneLayer() {
        Layers layers = new Layers(ModelShape.of(8, 100, 2, 2, 16));
        assertEquals(List.of("wte", "wpe", "h0", "h1", "lnf"), layers.names());
        for (Tensor tensor : Tensor.values()) {
            for (int l = 0; l < (tensor.perLayer() ? 2 : 1); l++) {
                String expected = tensor.perLayer() ? "h" + l : tensor.label().replaceAll("^lnf.", "lnf");
                assertEquals(expected, layers.names().get(layers.of(tensor, l)), tensor.label());
            }
        }
    }
}
