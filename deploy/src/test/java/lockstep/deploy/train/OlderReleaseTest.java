package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs of the release whose default were the JDK's sources, which it named in no config.json: they go on, and come out again. */
class OlderReleaseTest {
    private static final String[] LENGTH = {"--steps", "6", "--val-every", "3", "--sample-every", "0", "--checkpoint-every", "2"};

    @TempDir
    private Path dir;

    @Test
    void aRunsOwnFileThatNamesNeitherTextNorDataMeansTheJdksSources() {
        assertEquals(Map.of("--steps", "3", "--text", "jdk"), options("{\"steps\": 3, \"about\": {\"lockstep\": \"0.1.0\"}}"));
        assertEquals(Map.of("--data", "x.bin"), options("{\"data\": \"x.bin\", \"about\": {}}"));
        assertEquals(Map.of("--text", "shakespeare"), options("{\"text\": \"shakespeare\", \"about\": {}}"));
        assertEquals(Map.of("--steps", "3"), options("{\"steps\": 3}"), "written by hand: the default is this release's");
    }

    @Test
    void suchARunGoesOnAndIsReproduced() throws IOException {
        Path text = TinyRun.text(dir);
        String expected = TinyRun.train(text, dir.resolve("straight"), LENGTH).sha256();
        Path old = dir.resolve("old");
        TinyRun.train(text, old,
            List.of("--stop-after", "4", "--steps", "6", "--val-every", "3", "--sample-every", "0", "--checkpoint-every", "2")
                .toArray(String[]::new));
        makeOld(old.resolve("config.json"));
        TinyRun.Result resumed = TinyRun.resume(old);
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(expected, resumed.sha256());
        assertTrue(Files.readString(old.resolve("model-card.md")).contains("| from | the sources of the JDK |"));
        TinyRun.Result again = TinyRun.run("reproduce", old.toString(), "--out", dir.resolve("again").toString());
        assertEquals(0, again.exitCode(), again.out() + again.err());
        assertTrue(again.out().contains("the same: 6 steps by loss and gradient norm, and the weights of step 6"), again.out());
    }

    private static void makeOld(Path config) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = (ObjectNode) json.readTree(config.toFile());
        root.remove(List.of("text", "field"));
        Files.writeString(config, json.writeValueAsString(root));
    }

    private static Map<String, String> options(String json) {
        return new ConfigFile("config.json", json.getBytes(StandardCharsets.UTF_8), new CommandLine(new TrainOptions()).getCommandSpec())
            .options();
    }
}
