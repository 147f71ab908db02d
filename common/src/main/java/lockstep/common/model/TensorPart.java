package lockstep.common.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One tensor, or one layer's part of it, as other programs' files hold it under one name: without the padding of the vocabulary. A vector is one row.
 *
 * @param l its layer, 0 where the tensor isn't per layer
 * @param offset of its first value in the array of all parameters
 * @param rows outputs of a linear layer, or tokens or positions of an embedding
 * @param columns inputs of a linear layer, or channels
 */
public record TensorPart(Tensor tensor, int l, int offset, int rows, int columns) {
    /** Side of the square that is turned over at a time: its lines stay in the cache. */
    private static final int TILE = 32;

    /** All parts of a model, tensor by tensor in the order of llm.c's files, layers ascending. */
    public static List<TensorPart> all(ParameterLayout layout) {
        List<TensorPart> parts = new ArrayList<>();
        for (Tensor tensor : Tensor.values()) {
            int layers = tensor.perLayer() ? layout.shape().L() : 1;
            for (int l = 0; l < layers; l++) {
                int columns = columns(tensor, layout.shape());
                int rows = tensor == Tensor.WTE ? layout.shape().V() : (int) (tensor.sizePerLayer(layout.shape()) / columns);
                parts.add(new TensorPart(tensor, l, layout.offset(tensor, l), rows, columns));
            }
        }
        return List.copyOf(parts);
    }

    private static int columns(Tensor tensor, ModelShape shape) {
        return switch (tensor) {
            case WTE, WPE, QKVW, ATTPROJW, FCW -> shape.C();
            case FCPROJW -> 4 * shape.C();
            default -> (int) tensor.sizePerLayer(shape);
        };
    }

    /** Values in all. */
    public long count() {
        return (long) rows * columns;
    }

    /**
     * Hands out some rows.
     *
     * @param target (count,columns), overwritten
     * @param params all parameters
     */
    public void get(float[] target, float[] params, int firstRow, int count) {
        System.arraycopy(params, at(firstRow), target, 0, count * columns);
    }

    /** Takes in some rows. */
    public void put(float[] params, float[] source, int firstRow, int count) {
        System.arraycopy(source, 0, params, at(firstRow), count * columns);
    }

    /**
     * Hands out some columns as rows.
     *
     * @param target (count,rows), overwritten
     */
    public void getTransposed(float[] target, float[] params, int firstColumn, int count) {
        for (int c0 = 0; c0 < count; c0 += TILE) {
            for (int r0 = 0; r0 < rows; r0 += TILE) {
                for (int c = c0; c < Math.min(c0 + TILE, count); c++) {
                    for (int r = r0; r < Math.min(r0 + TILE, rows); r++) {
                        target[c * rows + r] = params[at(r) + firstColumn + c];
                    }
                }
            }
        }
    }

    /** Takes in some columns that are rows of the source. */
    public void putTransposed(float[] params, float[] source, int firstColumn, int count) {
        for (int c0 = 0; c0 < count; c0 += TILE) {
            for (int r0 = 0; r0 < rows; r0 += TILE) {
                for (int r = r0; r < Math.min(r0 + TILE, rows); r++) {
                    for (int c = c0; c < Math.min(c0 + TILE, count); c++) {
                        params[at(r) + firstColumn + c] = source[c * rows + r];
                    }
                }
            }
        }
    }

    private int at(int row) {
        return offset + row * columns;
    }
}
