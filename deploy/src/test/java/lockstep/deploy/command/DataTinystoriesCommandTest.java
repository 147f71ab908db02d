package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.common.format.Sha256;
import lockstep.deploy.download.Deadlines;
import lockstep.node.data.TokenShards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** TinyStories, from a server on the loopback that has a small archive and the shards that Python and tiktoken make of it. */
@Timeout(60)
class DataTinystoriesCommandTest {
    private static final String ARCHIVE = "TinyStories_all_data.tar.gz";
    private static final int FILES = 4;
    private static final int GPT2_TOKENS = 50_257;

    @TempDir
    private Path directory;
    private final StringWriter said = new StringWriter();
    private FileServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new FileServer();
        server.put("/data/" + ARCHIVE, Files.readAllBytes(golden(ARCHIVE)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Path golden(String name) {
        try {
            return Path.of(DataTinystoriesCommandTest.class.getResource("/tinystories/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private DataTinystoriesCommand command(String... args) {
        DataTinystoriesCommand command = new DataTinystoriesCommand(FILES, Deadlines.DEFAULTS);
        new CommandLine(command).setOut(new PrintWriter(said, true)).parseArgs(args);
        return command;
    }

    private int get(String... more) {
        List<String> args = new ArrayList<>(List.of(more));
        args.addAll(List.of("--out", out().toString()));
        if (!args.contains("--from")) {
            args.addAll(List.of("--from", server.url("/data/").toString()));
        }
        return command(args.toArray(String[]::new)).call();
    }

    private String refusal(String... more) {
        return assertThrows(UserError.class, () -> get(more)).getMessage();
    }

    private Path out() {
        return directory.resolve("out");
    }

    @Test
    void theShardsAreLlmcsAndTrainTakesThem() throws IOException {
        assertEquals(0, get("--threads", "2"));
        for (String name : List.of("TinyStories_train.bin", "TinyStories_val.bin", ARCHIVE)) {
            assertEquals(-1, Files.mismatch(golden(name), out().resolve(name)), name);
        }
        assertEquals(Sha256.of(golden(ARCHIVE)) + "  " + ARCHIVE + "\n", Files.readString(out().resolve("SHA256SUMS")));
        String train = out().resolve("TinyStories_train.bin").toString();
        assertTrue(said.toString().contains("--data " + train + " --val-data " + out().resolve("TinyStories_val.bin")), said.toString());
        assertTrue(said.toString().matches("(?s)training +587 tokens of [\\d,]+ bytes .* in 74 documents, .*"), said.toString());
        try (TokenShards shards = TokenShards.open("--data", train, GPT2_TOKENS)) {
            assertEquals(587, shards.tokens());
        }
    }

    @Test
    void anArchiveThatIsThereIsNotAskedForAgain() {
        assertEquals(0, get());
        server.requests().clear();
        assertEquals(0, get("--tokenizer", "bytes"));
        assertEquals(List.of(), server.requests());
        assertTrue(Files.exists(out().resolve("TinyStories_bytes_train.bin")));
        assertTrue(refusal().startsWith(out().resolve("TinyStories_train.bin") + ": exists already"));
        assertEquals(List.of(), server.requests());
    }

    @Test
    void whatBrokeOffIsContinued() throws IOException {
        server.cutAfter(1000);
        String refusal = refusal();
        assertTrue(refusal.contains("the same command again goes on from there"), refusal);
        server.cutAfter(Integer.MAX_VALUE);
        assertEquals(0, get());
        assertTrue(server.requests().contains("GET /data/" + ARCHIVE + " bytes=1000-"), server.requests().toString());
        assertEquals(-1, Files.mismatch(golden("TinyStories_train.bin"), out().resolve("TinyStories_train.bin")));
    }

    @Test
    void whatIsNoArchiveIsNotKeptAndAnotherPlaceIsNamed() {
        server.put("/data/" + ARCHIVE, new byte[3000]);
        String refusal = refusal();
        assertTrue(refusal.startsWith(server.url("/data/" + ARCHIVE) + ": is not the expected file, and was removed again: "), refusal);
        assertTrue(Files.notExists(out().resolve(ARCHIVE)));
        server.remove("/data/" + ARCHIVE);
        assertEquals(server.url("/data/" + ARCHIVE) + ": status 404, expected 200", refusal());
        assertEquals("--from: found http://127.0.0.1/x, expected the URL of a directory, with a / at the end",
            refusal("--from", "http://127.0.0.1/x"));
        assertEquals("--threads must be > 0, found 0", refusal("--threads", "0"));
    }

    @Test
    void itIsThereByName() {
        assertTrue(new CommandLine(new DataCommand()).getSubcommands().containsKey("tinystories"));
    }
}
