package lockstep.node.model;

import java.net.URISyntaxException;
import java.nio.file.Path;

import lockstep.common.format.DebugState;
import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;

/** PyTorch's answers, made by golden/gpt2_reference.py. */
public record Golden(Path directory, ModelShape shape, float[] params, DebugState state) {
    public static Golden load(String name) {
        try {
            Path directory = Path.of(Golden.class.getResource("/golden/" + name).toURI());
            ModelShape shape = ModelFile.readShape(directory.resolve("model.bin"));
            return new Golden(directory, shape, ModelFile.readParameters(directory.resolve("model.bin")),
                DebugState.read(directory.resolve("debug_state.bin"), shape));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
