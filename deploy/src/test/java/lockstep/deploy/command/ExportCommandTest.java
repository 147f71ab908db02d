package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.deploy.CommandLines;
import lockstep.deploy.model.StoredModel;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** export, run as a user runs it. */
class ExportCommandTest {
    private static final ModelShape BYTES = ModelShape.of(32, 256, 2, 2, 16);

    @TempDir
    private Path directory;
    private Path model;
    private final float[] params = Initializer.parameters(BYTES, 42);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeModel() {
        model = directory.resolve("model.bin");
        ModelFile.write(model, BYTES, params);
    }

    private int run(Object... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] strings = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            strings[i] = args[i].toString();
        }
        return CommandLines.run(CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true)), strings);
    }

    private void assertOneLine(String mentioned) {
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains(mentioned), err.toString());
    }

    @Test
    void thereAndBackGivesTheSameBits() throws IOException {
        Path exported = directory.resolve("hf");
        assertEquals(0, run("export", model, "--to", "safetensors", exported), err::toString);
        assertTrue(out.toString().contains("tokenizer       bytes"), out.toString());
        assertTrue(out.toString().contains(ModelFile.weightsSha256(params)), out.toString());
        assertTrue(Files.exists(exported.resolve("tokenizer.json")));
        assertArrayEquals(params, StoredModel.find(exported).weights(0));
        Path back = directory.resolve("back.bin");
        assertEquals(0, run("export", exported, "--to", "bin", back), err::toString);
        assertArrayEquals(Files.readAllBytes(model), Files.readAllBytes(back));
        assertEquals(0, run("generate", exported, "--prompt", "ab", "--tokens", "20"), err::toString);
        String text = out.toString();
        assertEquals(0, run("generate", model, "--prompt", "ab", "--tokens", "20"), err::toString);
        assertEquals(text, out.toString());
    }

    @Test
    void aTokenizerIsLeftOutWhereNoneIsWanted() {
        Path exported = directory.resolve("hf");
        assertEquals(0, run("export", model, "--to", "safetensors", exported, "--tokenizer", "none"), err::toString);
        assertTrue(out.toString().contains("tokenizer       none"), out.toString());
        assertTrue(Files.notExists(exported.resolve("tokenizer.json")));
    }

    @Test
    void aFileForLlamaCppNamesItsTokenizer() throws IOException {
        Path file = directory.resolve("x.gguf");
        assertEquals(0, run("export", model, "--to", "gguf", file, "--dtype", "fp16"), err::toString);
        assertTrue(out.toString().contains("tokenizer       bytes"), out.toString());
        assertEquals("GGUF", new String(Files.readAllBytes(file), 0, 4, StandardCharsets.US_ASCII));
    }

    @Test
    void aModelWithTokensOfItsOwnIsNotTakenForOneOfOurs() throws IOException {
        Path exported = directory.resolve("hf");
        assertEquals(0, run("export", model, "--to", "safetensors", exported), err::toString);
        Files.writeString(exported.resolve("vocab.json"), Files.readString(exported.resolve("vocab.json")).replace("\"A\"", "\"AA\""));
        assertEquals(2, run("generate", exported));
        assertOneLine("tokens of its own lie beside the weights");
        assertEquals(0, run("generate", exported, "--tokenizer", "bytes", "--tokens", "2"), err::toString);
    }

    @Test
    void upperHalvesOfAModelAreReadAgain() {
        Path file = directory.resolve("bf16.bin");
        assertEquals(0, run("export", model, "--to", "bin", file, "--dtype", "bf16"), err::toString);
        float[] halves = StoredModel.find(file).weights(0);
        for (int i = 0; i < params.length; i++) {
            assertEquals(params[i], halves[i], Math.abs(params[i]) / 256);
        }
    }

    @Test
    void mistakesAreOneLineAndWriteNothing() throws IOException {
        Path there = Files.writeString(directory.resolve("there"), "mine");
        assertEquals(2, run("export", model, "--to", "safetensors", there));
        assertOneLine("there: already exists");
        assertEquals(2, run("export", model, "--to", "bin", there));
        assertOneLine("there: already exists");
        assertEquals("mine", Files.readString(there));
        Path target = directory.resolve("new");
        assertEquals(2, run("export", model, "--to", "onnx", target));
        assertOneLine("onnx, expected one of bin, gguf, llmc, safetensors");
        assertEquals(2, run("export", model, "--to", "safetensors", target, "--dtype", "fp16"));
        assertOneLine("--dtype: found fp16, expected fp32 for safetensors");
        assertEquals(2, run("export", model, "--to", "llmc", target));
        assertOneLine("holds no optimizer state");
        assertEquals(2, run("export", model, target));
        assertOneLine("--to");
        assertEquals(2, run("export", directory.resolve("none.bin"), "--to", "bin", target));
        assertOneLine("none.bin");
        assertEquals(2, run("export", model, "--to", "safetensors", target, "--tokenizer", "gpt2"));
        assertOneLine("50257");
        assertTrue(Files.notExists(target));
    }
}
