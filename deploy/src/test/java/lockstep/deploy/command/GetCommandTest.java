package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final StringWriter out = new StringWriter();
    private HttpServer server;
    private byte[] content;
    private String checksum;
    private String announcedChecksum = "";

    @BeforeEach
    void serve() throws IOException, URISyntaxException {
        Path golden = Path.of(GetCommandTest.class.getResource("/golden/hf-tiny/model.safetensors").toURI());
        content = Files.readAllBytes(golden);
        checksum = Sha256.of(golden);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** As a hub does it: one answer with the checksum sends one to another place, which knows ranges. */
    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path + (range == null ? "" : " " + range));
        try (exchange) {
            if (path.equals("/gpt2/model.safetensors")) {
                if (!announcedChecksum.isEmpty()) {
                    exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + announcedChecksum + "\"");
                }
                exchange.getResponseHeaders().set("Location", "/blob");
                exchange.sendResponseHeaders(302, -1);
            } else if (!path.equals("/blob")) {
                exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
                if (range != null) {
                    exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
                }
                exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
                exchange.getResponseBody().write(content, from, content.length - from);
            }
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
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
        assertEquals(List.of("GET /gpt2/model.safetensors", "GET /blob"), requests);
        requests.clear();
        assertEquals(0, get(known(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString()));
        assertEquals(List.of(), requests);
    }

    @Test
    void aBrokenDownloadIsContinued() throws IOException {
        Path target = Files.createDirectories(directory.resolve("gpt2"));
        Files.write(target.resolve("model.safetensors.part"), Arrays.copyOf(content, 1000));
        assertEquals(0, get(known(), "gpt2", "--from", url("/gpt2/model.safetensors"), "--out", target.toString()));
        assertTrue(requests.contains("GET /blob bytes=1000-"), requests.toString());
        assertArrayEquals(content, Files.readAllBytes(target.resolve("model.safetensors")));
    }

    @Test
    void whatIsNotKnownIsAskedFor() throws IOException {
        Path target = directory.resolve("a");
        announcedChecksum = checksum;
        assertEquals(0, get(Optional.empty(), "gpt2", "--from", url("/gpt2/"), "--out", target.toString()));
        assertEquals("HEAD /gpt2/model.safetensors", requests.getFirst());
        announcedChecksum = "0".repeat(64);
        Path other = directory.resolve("b");
        UserError error = refused(Optional.empty(), "gpt2", "--from", url("/gpt2/"), "--out", other.toString());
        assertTrue(error.getMessage().contains("sha256 of the download is " + checksum), error.getMessage());
        assertTrue(Files.notExists(other.resolve("model.safetensors")));
        announcedChecksum = "";
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
        content = Arrays.copyOf(content, 5000);
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
