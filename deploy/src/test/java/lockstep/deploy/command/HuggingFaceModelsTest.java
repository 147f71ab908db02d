package lockstep.deploy.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

import lockstep.common.format.TokenShardWriter;
import lockstep.deploy.model.StoredModel;
import lockstep.node.generate.Generator;
import lockstep.node.generate.Sampler;
import lockstep.node.generate.SamplerSettings;
import lockstep.node.generate.TextGenerator;
import lockstep.node.kernel.Kernels;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A model of Hugging Face wherever a model is taken, held to what transformers answers. */
class HuggingFaceModelsTest extends CommandFixture {
    private static final double LOGITS_ABSOLUTE = 1e-4;

    private static Path golden(String name) throws URISyntaxException {
        return Path.of(HuggingFaceModelsTest.class.getResource("/golden/" + name).toURI());
    }

    private static int[] tokens(JsonNode node) {
        int[] tokens = new int[node.size()];
        Arrays.setAll(tokens, i -> node.get(i).intValue());
        return tokens;
    }

    @Test
    void logitsAreThoseOfTransformers() throws URISyntaxException, IOException {
        JsonNode expected = new JsonMapper().readTree(golden("hf-tiny/expected.json").toFile());
        int[] tokens = tokens(expected.get("tokens"));
        StoredModel model = StoredModel.find(golden("hf-tiny"));
        int V = model.shape().V();
        try (Workers workers = new Workers(2)) {
            Gpt2 gpt2 = new Gpt2(model.shape(), 1, tokens.length, model.weights(0), workers, Recompute.NONE);
            float[] logits = new float[tokens.length * V];
            gpt2.logits(logits, tokens);
            for (int v = 0; v < V; v++) {
                assertEquals(expected.get("logits_last").get(v).doubleValue(), logits[(tokens.length - 1) * V + v], LOGITS_ABSOLUTE,
                    "v=" + v);
            }
        }
    }

    @Test
    void greedyTokensAreThoseOfTransformers() throws URISyntaxException, IOException {
        JsonNode expected = new JsonMapper().readTree(golden("hf-tiny/expected.json").toFile());
        int[] greedy = tokens(expected.get("greedy_from_first_5"));
        StoredModel model = StoredModel.find(golden("hf-tiny/model.safetensors"));
        int[] found = Arrays.copyOf(greedy, greedy.length);
        int[] at = {5};
        try (Workers workers = new Workers(1)) {
            Generator generator = new Generator(model.shape(), model.weights(0), greedy.length, workers, Kernels.ofThisProcess());
            new TextGenerator(generator)
                .generate(Arrays.copyOf(greedy, 5), greedy.length - 5, new Sampler(new SamplerSettings(0, 0, 1), 1), (token, _) -> {
                    found[at[0]++] = token;
                    return true;
                });
        }
        assertEquals(greedy.length, at[0]);
        assertArrayEquals(greedy, found);
    }

    @Test
    void everyCommandThatTakesAModelTakesIt() throws URISyntaxException, IOException {
        String model = golden("hf-tiny").toString();
        Path shard = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(shard)) {
            int[] tokens = new int[400];
            Arrays.setAll(tokens, i -> i * 7 % 97);
            writer.write(tokens, 0, tokens.length);
            writer.commit();
        }
        assertEquals(0, run("verify", model, golden("tiny/debug_state.bin").toString()), err::toString);
        assertEquals(0, run("info", model, model + "/model.safetensors"), err::toString);
        assertTrue(out.toString().contains("Hugging Face"), out.toString());
        assertEquals(0, run("eval", model, "--data", shard.toString(), "--batch", "2"), err::toString);
        String loss = out.toString().lines().filter(line -> line.startsWith("loss")).findFirst().orElseThrow();
        assertEquals(0, run("eval", golden("tiny/model.bin").toString(), "--data", shard.toString(), "--batch", "2"), err::toString);
        assertTrue(out.toString().contains(loss), out.toString());
        assertEquals(0, run("train", "--model", model, "--data", shard.toString(), "--batch", "2", "--seq-len", "20", "--steps", "2",
            "--micro-batches", "1", "--out", directory.resolve("run").toString()), err::toString);
        assertTrue(out.toString().contains("weights sha256"), out.toString());
    }

    @Test
    void whoeverTypesTheNameOfOpenAIsModelIsToldWhereItComesFrom() {
        assertEquals(2, run("train", "--model", "gpt2", "--out", directory.resolve("run").toString()));
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains("./lockstep get gpt2 downloads OpenAI's to models/gpt2"), err.toString());
    }

    @Test
    void aBrokenOneIsOneLineAndLeavesNothing() throws URISyntaxException, IOException {
        Path broken = Files.createDirectory(directory.resolve("broken"));
        Files.copy(golden("hf-tiny/config.json"), broken.resolve("config.json"));
        byte[] whole = Files.readAllBytes(golden("hf-tiny/model.safetensors"));
        Files.write(broken.resolve("model.safetensors"), Arrays.copyOf(whole, whole.length - 1));
        Path run = directory.resolve("run");
        for (String[] command : new String[][] {
            {"info", broken.toString()}, {"eval", broken.toString(), "--data", "x"}, {"generate", broken.toString()},
            {"train", "--model", broken.toString(), "--data", "x", "--out", run.toString()}}) {
            assertEquals(2, run(command));
            assertEquals(1, err.toString().lines().count(), err.toString());
            assertTrue(err.toString().contains("model.safetensors: size: found 365951 bytes behind the header, expected 365952"),
                err.toString());
        }
        assertTrue(Files.notExists(run));
    }
}
