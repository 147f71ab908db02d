package lockstep.deploy.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import lockstep.common.format.ModelFile;
import lockstep.common.format.TokenShardWriter;
import lockstep.common.model.ModelShape;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Files and directories of other programs, given where a model or a shard is wanted: one line says what it is and what to do. */
class ForeignModelsTest extends CommandFixture {
    private static final ModelShape SHAPE = ModelShape.of(32, 256, 1, 1, 16);

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(ForeignModelsTest.class.getResource("/models/" + name).toURI());
    }

    private void assertNoModel(Path path, String... mentioned) {
        assertRefused(mentioned, "generate", path.toString(), "--prompt", "a");
    }

    private Path file(String name, String hex) throws IOException {
        byte[] start = HexFormat.of().parseHex(hex);
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, Arrays.copyOf(start, 3000));
    }

    private Path model() {
        Path model = directory.resolve("model.bin");
        ModelFile.write(model, SHAPE, Initializer.parameters(SHAPE, 1));
        return model;
    }

    private Path shard() throws IOException {
        Path shard = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(shard)) {
            writer.write(new int[600], 0, 600);
            writer.commit();
        }
        return shard;
    }

    @Test
    void everyCommandThatTakesAModelSaysWhatTheFileIs() throws URISyntaxException, IOException {
        String[] pointer = {"model.safetensors: content: found a Git LFS pointer", "git lfs pull"};
        String[] pickle = {"weights or tensors of PyTorch", "reads no pickles", "save_pretrained(OUT)"};
        String[] gguf = {"a model of llama.cpp (GGUF)", "info describes a .gguf", "safetensors"};
        String text = Files.writeString(directory.resolve("a.txt"), "abc ".repeat(100)).toString();
        String target = directory.resolve("target").toString();
        Object[][] cases = {{resource("lfs").toString(), pointer}, {resource("ptonly").toString(), pickle},
            {resource("ckpt.pt").toString(), pickle}, {file("a.gguf", "4747554603000000").toString(), gguf}};
        for (Object[] one : cases) {
            String model = (String) one[0];
            String[] said = (String[]) one[1];
            assertRefused(said, "generate", model, "--prompt", "a");
            assertRefused(said, "serve", model, "--port", "0");
            assertRefused(said, "eval", model, "--text", text);
            assertRefused(said, "export", model, target, "--to", "bin");
            assertRefused(said, "verify", model, text);
            assertRefused(said, "train", "--model", model, "--text", text, "--out", target);
            if (!model.endsWith(".gguf")) {
                assertRefused(said, "info", model);
            }
        }
        assertTrue(Files.notExists(Path.of(target)));
    }

    @Test
    void filesOfOtherKindsAreNamed() throws IOException {
        assertNoModel(file("tf_model.h5", "894844460d0a1a0a"), "an HDF5 file", "from_tf=True");
        assertNoModel(file("model.onnx", "0807120770"), "an ONNX model", "safetensors");
        assertNoModel(file("model.ckpt.data-00000-of-00001", "00010203"), "a part of a TensorFlow checkpoint", "from_tf=True");
        assertNoModel(file("model.ckpt.index", "00010203"), "a part of a TensorFlow checkpoint");
        assertNoModel(file("flax_model.msgpack", "85a56c6d"), "weights of Flax", "from_flax=True");
        assertNoModel(file("data.parquet", "50415231150415300000"), "a Parquet table", "--text");
        assertNoModel(file("weights.npy", "934e554d50590100"), "an array of NumPy", "model.safetensors");
        assertNoModel(file("weights.npz", "504b0304" + "00".repeat(22) + "09000000" + "6172725f302e6e7079"), "arrays of NumPy");
        assertNoModel(file("model.zip", "504b0304" + "00".repeat(22) + "05000000" + "612e747874"), "a ZIP archive", "unpack");
        assertNoModel(file("model.bin.gz", "1f8b0800"), "gzip data", "decompress");
        assertNoModel(file("model.pkl", "80047d71"), "a pickle of Python", "no pickles");
        assertNoModel(file("weights", "10000000000000007b"), "tensors of safetensors",
            "name it model.safetensors, with config.json beside it");
        assertNoModel(Files.write(directory.resolve("empty.bin"), new byte[0]), "an empty file", "get it again");
        assertNoModel(Files.writeString(directory.resolve("page.bin"), "<!DOCTYPE html><html>Not found</html>"), "an HTML page",
            "download it again");
        assertNoModel(Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"gpt2\"}"), "give the directory");
        assertNoModel(shard(), "a token shard of llm.c", "give it to --data");
        assertNoModel(file("llama3.1_8B.bin", "a3d93401"), "a Llama of llm.c", "GPT-2's");
        Path text = Files.writeString(directory.resolve("latency.hlog"), "#[Histogram log format version 1.3]\n".repeat(90));
        assertNoModel(text, "latency.hlog: content: found plain text, expected a GPT-2 model", "train --text");
        assertRefused("found plain text, expected a file that Lockstep reads", "info", text.toString());
        assertRefused("found a file, expected a run's directory", "latency", text.toString());
        assertNoModel(Path.of("gpt2-medium"), "no such file", "./lockstep get gpt2-medium");
        assertNoModel(Path.of("https://example.org/gpt2"), "it is an address; download it");
    }

    @Test
    void aSafetensorsFileThatIsNoneIsNamed() throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve("m")).resolve("config.json"),
            "{\"n_embd\": 16, \"n_head\": 1, \"n_layer\": 1, \"n_positions\": 64, \"vocab_size\": 256}");
        Path weights = directory.resolve("m/model.safetensors");
        assertNoModel(Files.write(weights, new byte[0]), "m/model.safetensors: content: found an empty file");
        Files.writeString(weights, "<html>" + "x".repeat(100));
        assertNoModel(directory.resolve("m"), "m/model.safetensors: content: found an HTML page");
        Files.write(weights, HexFormat.of().parseHex("80028a0a6cfc9c46f920"));
        assertNoModel(directory.resolve("m"), "found weights or tensors of PyTorch", "no pickles");
        Files.writeString(directory.resolve("m/config.json"), "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 5\n");
        assertNoModel(directory.resolve("m"), "m/config.json: content: found a Git LFS pointer");
    }

    @Test
    void shardsThatAreNoneAreNamed() throws IOException {
        String model = model().toString();
        ByteBuffer bare = ByteBuffer.allocate(4000).order(ByteOrder.LITTLE_ENDIAN);
        while (bare.hasRemaining()) {
            bare.putShort((short) (bare.position() * 31 % 50257));
        }
        Path train = Files.write(directory.resolve("train.bin"), bare.array());
        String[] nano =
            {"train.bin: content: found bare 16-bit numbers without a header, such as nanoGPT's train.bin", "20240520", "data text"};
        assertRefused(nano, "eval", model, "--data", train.toString());
        assertRefused(nano, "train", "--data", train.toString(), "--out", directory.resolve("run").toString());
        Files.write(train, "First Citizen:\n".repeat(100).getBytes(StandardCharsets.UTF_16LE));
        assertRefused(nano, "eval", model, "--data", train.toString());
        Files.writeString(train, "First Citizen:\n".repeat(100));
        assertRefused(new String[] {"found plain text", "--text"}, "eval", model, "--data", train.toString());
        assertRefused(new String[] {"found a model of llm.c", "train --model"}, "eval", model, "--data", model);
        assertRefused(new String[] {"found a Parquet table", "--text"}, "eval", model, "--data",
            file("a.parquet", "5041523115041530ff").toString());
        assertRefused(new String[] {"found an array of NumPy", "llm.c's header"}, "eval", model, "--data",
            file("a.npy", "934e554d50590100").toString());
        assertRefused(new String[] {"found weights or tensors of PyTorch"}, "eval", model, "--data",
            file("a.pt", "80028a0a6cfc9c46f920").toString());
        assertRefused(new String[] {"found an empty file"}, "eval", model, "--data",
            Files.write(directory.resolve("e.bin"), new byte[0]).toString());
    }

    @Test
    void directoriesThatAreNoModelSayWhatLiesThere() throws IOException, URISyntaxException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertNoModel(empty, "found nothing", "the directory is empty");
        Path adapter = Files.createDirectory(directory.resolve("adapter"));
        Files.writeString(adapter.resolve("adapter_config.json"), "{}");
        assertNoModel(adapter, "found an adapter", "merge_and_unload");
        Path outputs = Files.createDirectories(directory.resolve("outputs/checkpoint-500"));
        Files.copy(resource("origmod/model.safetensors"), outputs.resolve("model.safetensors"));
        assertNoModel(directory.resolve("outputs"), "found models below it: checkpoint-500", "give one of these, such as " + outputs);
        Path configOnly = Files.createDirectory(directory.resolve("config"));
        Files.writeString(configOnly.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        assertNoModel(configOnly, "model.safetensors is missing beside config.json");
        assertRefused(new String[] {"model.safetensors is missing beside config.json"}, "info", configOnly.toString());
        Path named = Files.createDirectory(directory.resolve("named"));
        Files.copy(resource("origmod/model.safetensors"), named.resolve("weights.safetensors"));
        assertNoModel(named, "found weights.safetensors", "name it model.safetensors");
        Path noConfig = Files.createDirectory(directory.resolve("noconfig"));
        Files.copy(resource("origmod/model.safetensors"), noConfig.resolve("model.safetensors"));
        assertNoModel(noConfig, "config.json: no such file", "how many heads");
        file("gguf/a.gguf", "4747554603000000");
        assertNoModel(directory.resolve("gguf"), "a.gguf: content: found a model of llama.cpp (GGUF)");
        file("cache/snapshots/abc/model.onnx", "08");
        assertNoModel(directory.resolve("cache"), "a cache of Hugging Face", "give a directory below");
    }

    @Test
    void aModelThatTorchCompileWrappedTalks() throws URISyntaxException {
        assertEquals(0, run("generate", resource("origmod").toString(), "--prompt", "abc", "--tokens", "3"), err::toString);
        assertTrue(err.toString().contains("3 tokens after a prompt of 3,"), err.toString());
    }
}
