package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.common.format.Sha256;
import lockstep.common.format.TokenShardWriter;
import lockstep.deploy.download.Deadlines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Published shards, from a server on the loopback that has small ones under their names. */
@Timeout(60)
class DataShardsCommandTest {
    private static final List<String> NAMES = List.of("web_val_000000.bin", "web_train_000001.bin", "web_train_000002.bin");

    @TempDir
    private Path directory;
    private final StringWriter said = new StringWriter();
    private FileServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new FileServer();
        for (String name : NAMES) {
            server.put("/data/" + name, shard(name, 5000 + name.length()));
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private byte[] shard(String name, int tokens) throws IOException {
        Path file = directory.resolve("made-" + name + "-" + tokens);
        int[] values = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            values[i] = (i * 31 + name.hashCode() & 0x7FFF_FFFF) % 50257;
        }
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(values, 0, tokens);
            writer.commit();
        }
        return Files.readAllBytes(file);
    }

    private DataShardsCommand command(String... args) {
        DataShardsCommand command =
            new DataShardsCommand.FineWeb(new DataShardsCommand.Published("web", "web", 2, server.url("/data/"), Deadlines.DEFAULTS));
        new CommandLine(command).setOut(new PrintWriter(said, true)).parseArgs(args);
        return command;
    }

    private Path out() {
        return directory.resolve("out");
    }

    private String refusal(String... args) {
        return assertThrows(UserError.class, () -> command(args).call()).getMessage();
    }

    @Test
    void shards_arrive_with_their_checksums_and_are_not_asked_for_again() throws IOException {
        assertEquals(0, command("--shards", "2", "--parallel", "3", "--out", out().toString()).call());
        StringBuilder sums = new StringBuilder();
        for (String name : NAMES.stream().sorted().toList()) {
            assertEquals(-1, Files.mismatch(out().resolve(name), Files.write(directory.resolve("sent"), server.file("/data/" + name))));
            sums.append(Sha256.of(out().resolve(name))).append("  ").append(name).append('\n');
        }
        assertEquals(sums.toString(), Files.readString(out().resolve("SHA256SUMS")));
        assertTrue(said.toString().contains("training   10,040 tokens in 2 of 2 shards: " + out()), said.toString());
        assertTrue(said.toString().contains("--data '" + out().resolve("web_train_*.bin") + "' --val-data " + out().resolve(NAMES.get(0))),
            said.toString());
        server.requests().clear();
        assertEquals(0, command("--shards", "2", "--out", out().toString()).call());
        assertEquals(List.of(), server.requests());
    }

    @Test
    void what_broke_off_is_continued() {
        server.cutAfter(4000);
        String refusal = refusal("--out", out().toString(), "--parallel", "1");
        assertTrue(refusal.contains("the same command again goes on from there"), refusal);
        server.cutAfter(Integer.MAX_VALUE);
        server.requests().clear();
        assertEquals(0, command("--out", out().toString(), "--parallel", "1").call());
        assertTrue(server.requests().stream().anyMatch(request -> request.matches("GET /data/web_val_000000.bin bytes=[1-9]\\d*-")),
            server.requests().toString());
        assertTrue(Files.exists(out().resolve("web_train_000001.bin")) && Files.notExists(out().resolve("web_train_000002.bin")));
    }

    @Test
    void a_mirror_has_to_have_the_same_and_a_file_that_was_changed_is_named() throws IOException {
        assertEquals(0, command("--out", out().toString()).call());
        Path shard = out().resolve("web_train_000001.bin");
        String sum = Sha256.of(shard);
        Files.delete(shard);
        for (String name : NAMES) {
            server.put("/mirror/" + name, shard("other " + name, 5000 + name.length()));
        }
        String refusal = refusal("--out", out().toString(), "--from", server.url("/mirror/").toString());
        assertTrue(refusal.contains("expected " + sum), refusal);
        assertFalse(Files.exists(shard));
        Files.write(shard, server.file("/mirror/web_train_000001.bin"));
        String changed = refusal("--out", out().toString());
        assertTrue(changed.startsWith(shard + ": sha256: found ") && changed.contains("expected " + sum + " as in"), changed);
    }

    @Test
    void what_is_no_shard_is_not_kept() {
        server.put("/data/web_train_000001.bin", new byte[3000]);
        String refusal = refusal("--out", out().toString());
        assertTrue(refusal.startsWith(server.url("/data/web_train_000001.bin") + ": is not the expected file, and was removed again: "),
            refusal);
        assertFalse(Files.exists(out().resolve("web_train_000001.bin")));
        server.remove("/data/web_train_000001.bin");
        assertEquals(server.url("/data/web_train_000001.bin") + ": status 404, expected 200", refusal("--out", out().toString()));
    }

    @Test
    void wrong_numbers_and_places_are_named() {
        assertEquals("--shards must be 1 to 2, found 3", refusal("--shards", "3"));
        assertEquals("--parallel must be 1 to 32, found 0", refusal("--parallel", "0"));
        assertEquals("--from: found http://127.0.0.1/x, expected the URL of a directory, with a / at the end",
            refusal("--from", "http://127.0.0.1/x"));
    }

    @Test
    void the_published_sets_are_there_by_name() {
        CommandLine data = new CommandLine(new DataCommand());
        assertTrue(data.getSubcommands().keySet().containsAll(List.of("fineweb10B", "edu-fineweb")), data.getSubcommands().toString());
    }
}
