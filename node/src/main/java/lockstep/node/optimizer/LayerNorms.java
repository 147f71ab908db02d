package lockstep.node.optimizer;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ObjDoubleConsumer;

/**
 * L2 norms of each layer in one update: of its gradient before clipping, of its weights before the update, of the update. AdamW has one, which holds the last update: who keeps it keeps a {@link #copy}.
 */
public final class LayerNorms {
    /** Of no layer: where nothing was updated. */
    public static final LayerNorms NONE = new LayerNorms(List.of());

    private final List<String> names;
    private final double[] gradients; // (layers), as the others
    private final double[] weights;
    private final double[] updates;

    /** @param names of the layers, as {@link lockstep.common.model.Layers} has them */
    LayerNorms(List<String> names) {
        this.names = names;
        this.gradients = new double[names.size()];
        this.weights = new double[names.size()];
        this.updates = new double[names.size()];
    }

    /** Some layers' norms, all arrays by layer. */
    public static LayerNorms of(List<String> names, double[] gradients, double[] weights, double[] updates) {
        LayerNorms norms = new LayerNorms(List.copyOf(names));
        for (int layer = 0; layer < names.size(); layer++) {
            norms.set(layer, gradients[layer], weights[layer], updates[layer]);
        }
        return norms;
    }

    void set(int layer, double gradient, double weight, double update) {
        gradients[layer] = gradient;
        weights[layer] = weight;
        updates[layer] = update;
    }

    /** One of its own, which stays as it is. */
    public LayerNorms copy() {
        return of(names, gradients, weights, updates);
    }

    /** Names by layer: wte, wpe, h0, h1 …, lnf. */
    public List<String> names() {
        return names;
    }

    /** Of the layer's averaged gradient, before clipping. */
    public double gradient(int layer) {
        return gradients[layer];
    }

    /** Of the layer's weights, before the update. */
    public double weight(int layer) {
        return weights[layer];
    }

    /** Of what was added to the weights, decay included, before rounding. */
    public double update(int layer) {
        return updates[layer];
    }

    /** Hands over each layer's name and {@link #gradient}, in their order. */
    public void forEachGradient(ObjDoubleConsumer<String> to) {
        for (int layer = 0; layer < names.size(); layer++) {
            to.accept(names.get(layer), gradients[layer]);
        }
    }

    /** Hands over each layer's name and {@link #updateRatioLog10}, in their order, where it has one. */
    public void forEachUpdateRatioLog10(ObjDoubleConsumer<String> to) {
        for (int layer = 0; layer < names.size(); layer++) {
            String name = names.get(layer);
            updateRatioLog10(layer).ifPresent(ratio -> to.accept(name, ratio));
        }
    }

    /** log10(‖update‖/‖weight‖): about −3 where training goes well. Empty where a norm is 0 or no finite number. */
    public OptionalDouble updateRatioLog10(int layer) {
        double ratio = StrictMath.log10(updates[layer] / weights[layer]);
        return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }
}
