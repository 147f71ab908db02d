package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.common.format.Sha256;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.download.Deadlines;
import lockstep.deploy.download.KnownFile;
import lockstep.deploy.model.StoredModel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** get, from a server on the loopback that has the tiny golden model under OpenAI's name. */
class GetCommandTest {
    private static final ModelShape TINY = ModelShape.of(40, 97, 3, 2, 48);

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private FileServer server;
    private byte[] content;
    private String checksum;

    @BeforeEach
    void serve() throws IOException, URISyntaxException {
        Path golden = Path.of(GetCommandTest.class.getResource("/golden/hf-tiny/model.safetensors").toURI());
        content = Files.readAllBytes(golden);
        checksum = Sha256.of(golden);
        server = new FileServer();
        server.put("/blob", content);
        announce("");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void announce(String announcedChecksum) {
        server.redirect("/gpt2/model.safetensors", "/blob", announcedChecksum);
    }

    private String url(String path) {
        return server.url(path).toString();
    }

    private int get(Optional<KnownFile> known, String... args) {
        Map<String, GetCommand.Known> models = new TreeMap<>(Map.of("gpt2", new GetCommand.Known(TINY, known)));
        CommandLine commandLine = new CommandLine(new GetCommand(models, Tokenizer.named("bytes"), Deadlines.DEFAULTS))
            .setOut(new PrintWriter(out, true)).setExecutionExceptionHandler((exception, _, _) -> {
                throw exception;
            });
        return commandLine.execute(args);
    }

    private UserError refused(Optional<KnownFile> known, String... args) {
        Map<String, GetCommand.Known> models = new TreeMap<>(Map.of("gpt2", new GetCommand.Known(TINY, known)));
        GetCommand command = new GetCommand(models, Tokenizer.named("bytes"), Deadlines.DEFAULTS);
        new CommandLine(command).parseArgs(args);
        return assertThrows(UserError.class, command::call);
    }

    private Optional<KnownFile> known() {
        return Optional.of(new KnownFile(content.length, checksum));
    }

    @Test
    void aModelArrivesWithItsConfigurationAndIsReadAtOnce() {
        Path target = directory.resolve("models/gpt2");
        assertEquals(0, get(known(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString()));
        assertTrue(out.toString().contains("./lockstep train --model " + target), out.toString());
        assertTrue(out.toString().contains(checksum + ", as expected"), out.toString());
        assertEquals(TINY, StoredModel.find(target).shape());
        assertEquals(List.of("GET /gpt2/model.safetensors", "GET /blob"), server.requests());
        server.requests().clear();
        assertEquals(0, get(known(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString()));
        assertEquals(List.of(), server.requests());
    }

    @Test
    void aBrokenDownloadIsContinued() throws IOException {
        Path target = Files.createDirectories(directory.resolve("gpt2"));
        Files.write(target.resolve("model.safetensors.part"), Arrays.copyOf(content, 1000));
        assertEquals(0, get(known(), "gpt2", "--from", url("/gpt2/model.safetensors"), "--out", target.toString()));
        assertTrue(server.requests().contains("GET /blob bytes=1000-"), server.requests().toString());
        assertArrayEquals(content, Files.readAllBytes(target.resolve("model.safetensors")));
    }

    @Test
    void whatIsNotKnownIsAskedFor() throws IOException {
        Path target = directory.resolve("a");
        announce(checksum);
        assertEquals(0, get(Optional.empty(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString()));
        assertEquals("HEAD /gpt2/model.safetensors", server.requests().getFirst());
        announce("0".repeat(64));
        Path other = directory.resolve("b");
        UserError error = refused(Optional.empty(), "gpt2", "--from", url("/gpt2/"), "--out", other.toString());
        assertTrue(error.getMessage().contains("sha256 of the download is " + checksum), error.getMessage());
        assertTrue(Files.notExists(other.resolve("model.safetensors")));
        announce("");
        assertEquals(0, get(Optional.empty(), "gpt2", "--from", url("/gpt2/"), "--out", other.toString()));
        assertEquals(0,
            get(Optional.empty(), "gpt2", "--from", Files.write(directory.resolve("copy.safetensors"), content).toUri().toString(),
                "--out", directory.resolve("c").toString()));
    }

    @Test
    void anotherFileThanTheModelIsRefused() throws IOException {
        content[100] ^= 1;
        Path target = directory.resolve("gpt2");
        UserError error = refused(known(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString());
        assertTrue(error.getMessage().contains("expected " + checksum), error.getMessage());
        server.put("/blob", Arrays.copyOf(content, 5000));
        error = refused(Optional.empty(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString());
        assertTrue(error.getMessage().contains("model.safetensors: "), error.getMessage());
    }

    @Test
    void mistakesNameWhatIsThere() {
        String target = directory.resolve("gpt2").toString();
        assertTrue(refused(known(), "gpt3", "--out", target).getMessage().contains("found gpt3, expected one of gpt2"));
        assertTrue(refused(Optional.empty(), "gpt2", "--from", url("/none"), "--out", target).getMessage().contains("status 404"));
        assertTrue(refused(Optional.empty(), "gpt2", "--from", "ftp://x/y", "--out", target).getMessage().contains("unknown kind of URL"));
    }
}
