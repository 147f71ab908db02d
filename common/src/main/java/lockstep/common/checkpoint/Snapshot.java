package lockstep.common.checkpoint;

import java.util.OptionalDouble;

import lockstep.common.model.ModelShape;

/**
 * Everything that a run needs to go on as if it had never stopped.
 *
 * @param step steps done
 * @param params all parameters in model order
 * @param m AdamW's first moment
 * @param v AdamW's second moment
 * @param bestValLossNats lowest validation loss so far
 * @param tokenizer {@code gpt2}, {@code bytes}, or {@code none} where tokens came ready-made
 */
public record Snapshot(ModelShape shape, int step, float[] params, float[] m, float[] v, WindowState lossWindow, WindowState gradWindow,
    OptionalDouble bestValLossNats, String tokenizer) {}
