package lockstep.deploy.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.common.text.BytesTokenizer;
import lockstep.common.text.CorpusSettings;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.CorpusWriter;
import lockstep.deploy.console.Terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A node that joins and sees the run's directory, as on a shared volume, but none of its data. */
class JoinedDataTest {
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path dir;
    private final List<Path> fetches = new ArrayList<>();
    private Resolver resolver;
    private JsonNode about;

    @BeforeEach
    void make_the_other_nodes_data() throws IOException {
        new CorpusWriter(CorpusSettings.DEFAULTS).prepare(CorpusSource.of(TinyRun.text(dir)), new BytesTokenizer(), dir.resolve("far"),
            "text",
            (_, _) -> {});
        try (RunData data = RunData.open(new DataChoice.Shards(dir + "/far/text_train_*.bin", Optional.empty()),
            resolver("far/text_train_*.bin").what(), resolver("far/text_train_*.bin").plan())) {
            about = new ObjectMapper().valueToTree(data.about());
        }
        resolver = resolver("nowhere/*.bin");
    }

    private Resolver resolver(String data) {
        TrainOptions options = new TrainOptions();
        new CommandLine(options).parseArgs("--data", dir.resolve(data).toString(), "--layers", "1", "--heads", "2", "--channels", "16",
            "--seq-len", "16", "--batch", "2", "--steps", "3", "--tokenizer", "bytes");
        return new Resolver(options);
    }

    private void open(Path runDir) {
        open(runDir, () -> {});
    }

    /** @param whileFetching what happens in the middle of it */
    private void open(Path runDir, Runnable whileFetching) {
        Terminal quiet = new Terminal() {
            @Override
            public void line(String text) {}

            @Override
            public void warning(String text) {}
        };
        new JoinedData(resolver, about, into -> {
            fetches.add(into);
            whileFetching.run();
            try {
                Files.copy(dir.resolve("far/text_train_000000.bin"), into.resolve("train_000000.bin"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, quiet).open(runDir, RunHome.later(runDir, CONFIG)).close();
    }

    @Test
    void data_are_fetched_beside_the_leading_node_which_keeps_its_directory() {
        Path out = dir.resolve("run");
        try (RunDirectory leads = RunDirectory.create(out)) {
            leads.begin(CONFIG);
            open(out, () -> assertTrue(leads.isHeld(), "the directory was taken from the node that leads"));
            assertTrue(leads.isHeld());
            open(out);
            assertEquals(List.of(out.resolve("data")), fetches, "a later start finds them");
        }
        assertTrue(Files.exists(out.resolve("data/train_000000.bin")), "they stay when the leading node ends");
    }

    @Test
    void of_two_nodes_that_fetch_at_once_each_has_a_place_of_its_own() {
        Path out = dir.resolve("run");
        open(out, () -> {
            if (fetches.size() == 1) {
                open(out);
            }
        });
        assertEquals(List.of(out.resolve("data"), out.resolve("data-2")), fetches);
        assertTrue(RunHome.isOf(out, CONFIG), "the directory is the run's from then on");
        assertFalse(RunDirectory.isInUse(out));
    }
}
