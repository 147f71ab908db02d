package lockstep.deploy.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Models with a weight that is no finite number, and models that lead to one: no command answers by them. */
class NonFiniteModelsTest extends CommandFixture {
    private static final ModelShape SHAPE = ModelShape.of(32, 256, 1, 1, 16);

    private Path text() throws IOException {
        return Files.writeString(directory.resolve("text.txt"), "abcdefgh ".repeat(200));
    }

    private void assertRefusedByEveryCommand(String model, String mentioned) throws IOException {
        String text = text().toString();
        String target = directory.resolve("target").toString();
        assertRefused(mentioned, "generate", model, "--prompt", "a", "--tokens", "3", "--json", "--logprobs", "2");
        assertRefused(mentioned, "serve", model, "--port", "0");
        assertRefused(mentioned, "eval", model, "--text", text, "--batch", "1");
        assertRefused(mentioned, "export", model, target, "--to", "gguf", "--dtype", "fp16");
        assertRefused(mentioned, "export", model, target, "--to", "bin", "--dtype", "bf16");
        assertRefused(mentioned, "train", "--model", model, "--text", text, "--batch", "1", "--steps", "1", "--out", target);
    }

    @Test
    void aModelOfHuggingFaceIsRefusedByTensorAndIndexAndStillDescribed() throws URISyntaxException, IOException {
        String model = Path.of(NonFiniteModelsTest.class.getResource("/models/nanweight").toURI()).toString();
        assertRefusedByEveryCommand(model,
            "model.safetensors: transformer.h.0.mlp.c_fc.weight: value 0: found NaN, expected a finite number");
        assertEquals(0, run("info", model), err::toString);
        assertTrue(out.toString().contains("the first one is transformer.h.0.mlp.c_fc.weight: value 0: NaN"), out.toString());
    }

    @Test
    void aModelOfLlmcIsRefusedByTensorAndIndexAndStillDescribed() throws IOException {
        float[] params = Initializer.parameters(SHAPE, 1);
        params[new ParameterLayout(SHAPE).offset(Tensor.LNFB) + 3] = Float.NEGATIVE_INFINITY;
        Path model = directory.resolve("model.bin");
        ModelFile.write(model, SHAPE, params);
        assertRefusedByEveryCommand(model.toString(), "model.bin: lnfb: value 3: found -Infinity, expected a finite number");
        assertEquals(0, run("info", model.toString()), err::toString);
        assertTrue(out.toString().contains("the first one is lnfb: value 3: -Infinity"), out.toString());
    }

    @Test
    void finiteWeightsThatLeadBeyondFp32AnswerNothing() throws IOException {
        float[] params = Initializer.parameters(SHAPE, 1);
        int lnfw = new ParameterLayout(SHAPE).offset(Tensor.LNFW);
        Arrays.fill(params, lnfw, lnfw + SHAPE.C(), Float.MAX_VALUE);
        Arrays.fill(params, 0, SHAPE.V() * SHAPE.C(), Float.MAX_VALUE / 2);
        params[0] = -1;
        Path model = directory.resolve("model.bin");
        ModelFile.write(model, SHAPE, params);
        assertRefused("logit of token", "generate", model.toString(), "--prompt", "a", "--tokens", "3", "--json");
        assertRefused("model.bin: loss: found ", "eval", model.toString(), "--text", text().toString(), "--batch", "1");
    }

    @Test
    void aRunWhoseLastUpdateDivergesLeavesNoCheckpointOfIt() throws IOException {
        Path runDirectory = directory.resolve("run");
        assertRefused("wte: value 0: found ", "train", "--text", text().toString(), "--layers", "1", "--heads", "1", "--channels", "16",
            "--seq-len", "16", "--batch", "1", "--micro-batches", "1", "--steps", "1", "--val-batches", "1", "--lr", "1e38", "--warmup",
            "0",
            "--weight-decay", "1e6", "--out", runDirectory.toString());
        assertTrue(err.toString().contains("step_00000001: not written"), err.toString());
        assertTrue(err.toString().contains("training diverged; older checkpoints stay. Try a smaller --lr"), err.toString());
    }
}
