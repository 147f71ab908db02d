package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.deploy.download.Deadlines;
import lockstep.deploy.download.KnownFile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DataCommandTest {
    @TempDir
    private Path dir;
    private final StringWriter out = new StringWriter();

    @Test
    void textBecomesShardsAndTheSummaryNamesThemAndTheNextCommand() throws IOException {
        Path text = Files.writeString(dir.resolve("my book.txt"), "line\n".repeat(100));
        Path shards = dir.resolve("out");
        assertEquals(0, run(new DataCommand(), "text", text.toString(), "--tokenizer", "bytes", "--out", shards.toString()));
        assertEquals(List.of("my_book_train_000000.bin", "my_book_val_000000.bin"), names(shards));
        String train = shards.resolve("my_book_train_000000.bin").toString();
        String val = shards.resolve("my_book_val_000000.bin").toString();
        assertEquals(
            List.of("training   456 tokens of 455 bytes (1.00 bytes a token) in 1 document: " + train,
                "validation 46 tokens of 45 bytes (0.98 bytes a token) in 1 document: " + val,
                "next       ./lockstep train --tokenizer bytes --data " + train + " --val-data " + val),
            out.toString().lines().toList());
    }

    @Test
    void severalShardsAreNamedByAQuotedPattern() throws IOException {
        Path text = Files.writeString(dir.resolve("a.txt"), "line\n".repeat(100));
        run(new DataCommand(), "text", text.toString(), "--tokenizer", "bytes", "--out", dir.resolve("out").toString(), "--name", "x",
            "--shard-tokens", "200",
            "--val-fraction", "0");
        String output = out.toString();
        assertTrue(output.contains("x_train_000000.bin to x_train_000002.bin (3 shards)"), output);
        assertTrue(output.contains("validation none"), output);
        assertTrue(output.endsWith("--data '" + dir.resolve("out/x_train_*.bin") + "'" + System.lineSeparator()), output);
    }

    @Test
    void aDirectoryTellsWhatItSkipped() throws IOException {
        Path texts = Files.createDirectories(dir.resolve("texts"));
        Files.writeString(texts.resolve("a"), "A");
        Files.writeString(texts.resolve("b"), "B");
        Files.writeString(texts.resolve(".h"), "H");
        run(new DataCommand(), "text", texts.toString(), "--out", dir.resolve("out").toString());
        assertTrue(out.toString().contains("skipped    1 (1 hidden, 0 binary, 0 empty, 0 special)"), out.toString());
        assertEquals(List.of("texts_train_000000.bin", "texts_val_000000.bin"), names(dir.resolve("out")));
    }

    @Test
    void optionsSayHowDocumentsAreTold() throws IOException {
        Path lines = Files.writeString(dir.resolve("a.json"),
            "{\"meta\": {\"body\": \"A\"}, \"x\": NaN}\n{\"meta\": null}\n{\"meta\": {\"body\": \"B\"}}\n");
        UserError refused = assertThrows(UserError.class,
            () -> run(new DataCommand(), "text", lines.toString(), "--field", "meta.body", "--out", dir.resolve("no").toString()));
        assertEquals(lines + ": line 2 has no field \"meta.body\" (it has meta); name another one by --field", refused.getMessage());
        run(new DataCommand(), "text", lines.toString(), "--field", "meta.body", "--bad-lines", "skip", "--tokenizer", "bytes", "--out",
            dir.resolve("skip").toString(), "--val-fraction", "0");
        assertTrue(out.toString().contains("training   4 tokens of 2 bytes (0.50 bytes a token) in 2 documents"), out.toString());
        assertTrue(out.toString().contains("note       left out 1 bad line; the first: " + lines + ": line 2 has no field"),
            out.toString());
        Path stories = Files.writeString(dir.resolve("s.txt"), "A\n\n\nB\n\n\nC");
        run(new DataCommand(), "text", stories.toString(), "--delimiter", "\\n\\n\\n", "--tokenizer", "bytes", "--out",
            dir.resolve("three").toString(),
            "--val-fraction", "0");
        assertTrue(out.toString().contains("training   6 tokens of 3 bytes (0.50 bytes a token) in 3 documents"), out.toString());
        assertThrows(UserError.class,
            () -> run(new DataCommand(), "text", stories.toString(), "--bad-lines", "drop", "--out", dir.resolve("no").toString()));
        assertThrows(UserError.class,
            () -> run(new DataCommand(), "text", stories.toString(), "--delimiter", "", "--out", dir.resolve("no").toString()));
    }

    @Test
    void mistakesAreUserErrors() throws IOException {
        String text = Files.writeString(dir.resolve("a.txt"), "text").toString();
        String target = dir.resolve("out").toString();
        assertThrows(UserError.class, () -> run(new DataCommand(), "text", text + "x", "--out", target));
        assertThrows(UserError.class, () -> run(new DataCommand(), "text", text, "--out", target, "--tokenizer", "gpt3"));
        assertThrows(UserError.class, () -> run(new DataCommand(), "text", text, "--out", target, "--val-fraction", "0.9"));
        assertThrows(UserError.class, () -> run(new DataCommand(), "text", text, "--out", target, "--shard-tokens", "0"));
        assertThrows(UserError.class, () -> run(new DataCommand(), "text", text, "--out", target, "--name", "../x"));
        assertFalse(Files.exists(dir.resolve("out")));
    }

    @Test
    void tinyshakespeareIsFetchedCheckedAndSplitAsLlmcDoesIt() throws IOException {
        Path source = Files.writeString(dir.resolve("input.txt"), "Some words, and more.\n\n".repeat(6_000));
        Path target = dir.resolve("ts");
        int exitCode = run(new DataTinyshakespeareCommand(known(source), Deadlines.DEFAULTS), "--from", source.toUri().toString(), "--out",
            target.toString());
        assertEquals(0, exitCode);
        assertEquals(List.of("tiny_shakespeare.txt", "tiny_shakespeare_train.bin", "tiny_shakespeare_val.bin"), names(target));
        assertEquals(1024 + 2 * 32_768, Files.size(target.resolve("tiny_shakespeare_val.bin")));
        assertTrue(
            out.toString().contains("next       ./lockstep train --tokenizer gpt2 --data " + target.resolve("tiny_shakespeare_train.bin")),
            out.toString());
    }

    @Test
    void tinyshakespeareShardsThatAreThereAreRefusedBeforeAnyDownload() throws IOException {
        Files.writeString(dir.resolve("tiny_shakespeare_train.bin"), "mine");
        UserError error = assertThrows(UserError.class,
            () -> run(new DataCommand(), "tinyshakespeare", "--from", "file:///does/not/exist", "--out", dir.toString()));
        assertTrue(error.getMessage().contains("tiny_shakespeare_train.bin: exists already"), error.getMessage());
        assertEquals(List.of("tiny_shakespeare_train.bin"), names(dir));
    }

    @Test
    void anotherTextThanTinyshakespeareIsRefused() throws IOException {
        Path source = Files.writeString(dir.resolve("input.txt"), "other");
        UserError error = assertThrows(UserError.class,
            () -> run(new DataCommand(), "tinyshakespeare", "--from", source.toUri().toString(), "--out", dir.resolve("ts").toString()));
        assertTrue(error.getMessage().contains("5 bytes, expected 1115394"), error.getMessage());
    }

    @Test
    void everyOptionIsExplainedWithItsDefaultAndEveryCommandHasAnExample() {
        CommandLine data = new CommandLine(new DataCommand());
        for (CommandLine command : List.of(data.getSubcommands().get("text"), data.getSubcommands().get("tinyshakespeare"))) {
            assertTrue(command.getUsageMessage().contains("Example: lockstep data "));
            command.getCommandSpec().options().stream().filter(option -> !option.usageHelp() && !option.versionHelp()).forEach(option -> {
                String description = String.join(" ", option.description());
                assertTrue(description.contains("Default: ") || description.endsWith("Required."), option.longestName());
            });
        }
    }

    private int run(Object command, String... args) {
        List<Exception> thrown = new ArrayList<>();
        int exitCode =
            new CommandLine(command).setOut(new PrintWriter(out)).setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                thrown.add(exception);
                return 1;
            }).execute(args);
        if (!thrown.isEmpty()) {
            throw assertInstanceOf(UserError.class, thrown.getFirst());
        }
        return exitCode;
    }

    private static KnownFile known(Path path) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(path);
            return new KnownFile(bytes.length, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> stream = Files.list(directory)) {
            return stream.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
