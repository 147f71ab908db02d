package lockstep.deploy.complete;

import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.node.generate.Generator;
import lockstep.node.generate.TextGenerator;
import lockstep.node.model.Initializer;
import lockstep.node.parallel.Workers;

/** A model of bytes that was never trained: it says anything, at once. */
public final class TinyModel implements AutoCloseable {
    public static final ModelShape SHAPE = ModelShape.of(64, 256, 2, 2, 16);

    private final Workers workers = new Workers(1);

    public static float[] params() {
        return Initializer.parameters(SHAPE, 42);
    }

    public Completer completer() {
        return new Completer(new TextGenerator(new Generator(SHAPE, params(), workers)), Tokenizer.named("bytes"));
    }

    @Override
    public void close() {
        workers.close();
    }
}
