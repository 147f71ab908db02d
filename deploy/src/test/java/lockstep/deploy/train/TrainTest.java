package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.format.ModelFile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrainTest {
    @TempDir
    private Path dir;
    private Path text;

    @BeforeEach
    void writeText() throws IOException {
        text = TinyRun.text(dir);
    }

    @Test
    void aRunEndsWithItsLossCheckpointDirectoryAndWeights() {
        Path out = dir.resolve("a");
        TinyRun.Result result = TinyRun.train(text, out, "--steps", "4");
        assertEquals(0, result.exitCode(), result.err());
        List<String> lines = result.out().lines().toList();
        List<String> last = lines.subList(lines.size() - 4, lines.size());
        Path checkpoint = out.resolve("checkpoints").resolve("step_00000004");
        assertTrue(last.get(0).matches("validation loss \\d\\.\\d{4} nats per byte"), last.get(0));
        assertEquals("checkpoint " + checkpoint, last.get(1));
        assertEquals("run directory " + out, last.get(2));
        assertEquals(ModelFile.weightsSha256(ModelFile.readParameters(checkpoint.resolve("model.bin"))), result.sha256());
    }

    @Test
    void aFieldOfJsonLinesIsTrainedOnAlsoAfterAStop() throws IOException {
        String lines =
            Files.readString(text).lines().map(line -> "{\"text\": 1, \"body\": \"" + line + "\"}\n").collect(Collectors.joining());
        Path jsonl = Files.writeString(dir.resolve("a.jsonl"), lines);
        Path other = Files.writeString(dir.resolve("b.jsonl"), lines.replace("\"text\": 1, \"body\"", "\"text\""));
        String expected = TinyRun.train(other, dir.resolve("other"), "--steps", "4").sha256();
        Path out = dir.resolve("a");
        TinyRun.Result first = TinyRun.train(jsonl, out, "--field", "body", "--steps", "4", "--stop-after", "2");
        assertEquals(0, first.exitCode(), first.err());
        assertEquals(expected, TinyRun.resume(out).sha256());
        assertEquals("body", new ObjectMapper().readTree(Files.readString(out.resolve("config.json"))).findValue("field").asText());
    }

    @Test
    void linesThatAreSkippedAndDelimitersAreRememberedByTheRun() throws IOException {
        String stories = Files.readString(text).lines().map(line -> line + "==\n").collect(Collectors.joining());
        Path texts = Files.createDirectories(dir.resolve("texts"));
        Files.writeString(texts.resolve("a.txt"), stories);
        Files.writeString(texts.resolve("b.json"), "{\"text\": null}\n{\"text\": \"B\"}\n");
        Path out = dir.resolve("a");
        TinyRun.Result first =
            TinyRun.train(texts, out, "--bad-lines", "skip", "--delimiter", "==\\n", "--steps", "4", "--stop-after", "2");
        assertEquals(0, first.exitCode(), first.err());
        assertTrue(first.err().contains(texts + ": left out 1 bad line"), first.err());
        var config = new ObjectMapper().readTree(Files.readString(out.resolve("config.json")));
        assertEquals("skip", config.findValue("bad-lines").asText());
        assertEquals("==\\n", config.findValue("delimiter").asText());
        assertEquals(TinyRun.train(texts, dir.resolve("b"), "--bad-lines", "skip", "--delimiter", "==\\n", "--steps", "4").sha256(),
            TinyRun.resume(out).sha256());
    }

    @Test
    void jsonThatIsReadAsTextIsRememberedByTheRun() throws IOException {
        Path pretty = Files.writeString(dir.resolve("a.json"), "[\n" + "  {\"text\": \"some words\"},\n".repeat(200) + "  {}\n]\n");
        TinyRun.Result refused = TinyRun.train(pretty, dir.resolve("refused"), "--steps", "2");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("or read all of it as text: --json-as text"), refused.err());
        Path out = dir.resolve("a");
        TinyRun.Result first = TinyRun.train(pretty, out, "--json-as", "text", "--steps", "2", "--stop-after", "1");
        assertEquals(0, first.exitCode(), first.err());
        assertEquals("text", new ObjectMapper().readTree(Files.readString(out.resolve("config.json"))).findValue("json-as").asText());
        assertEquals(0, TinyRun.resume(out).exitCode());
    }

    @Test
    void stoppingAndGoingOnGivesTheWeightsAndLogsOfARunStraightThrough() throws IOException {
        Path straight = dir.resolve("straight");
        Path broken = dir.resolve("broken");
        String expected = TinyRun.train(text, straight, "--steps", "9", "--val-every", "2").sha256();
        TinyRun.Result first = TinyRun.train(text, broken, "--steps", "9", "--val-every", "2", "--stop-after", "4");
        assertTrue(first.out().contains("to go on: ./lockstep train --resume " + broken), first.out());
        assertNotEquals(expected, first.sha256());
        assertEquals(expected, TinyRun.resume(broken).sha256());
        for (String log : List.of("main.log", "validation.jsonl")) {
            assertEquals(Files.readString(straight.resolve(log)), Files.readString(broken.resolve(log)), log);
        }
        assertEquals(9, Files.readAllLines(broken.resolve("metrics.jsonl")).size());
    }

    @Test
    void aFinishedRunResumesToItself() {
        Path out = dir.resolve("a");
        String expected = TinyRun.train(text, out, "--steps", "3").sha256();
        assertEquals(expected, TinyRun.resume(out).sha256());
    }

    @Test
    void moreStepsMakeTheWeightsOfARunThatHadThemFromTheStart() throws IOException {
        for (String schedule : List.of("constant", "wsd")) {
            Path out = dir.resolve(schedule);
            // of 10 steps wsd decays from step 8 on
            TinyRun.train(text, out, "--steps", "10", "--lr-schedule", schedule, "--warmup", "2", "--stop-after", "7");
            String expected =
                TinyRun.train(text, dir.resolve("long-" + schedule), "--steps", "15", "--lr-schedule", schedule, "--warmup", "2").sha256();
            TinyRun.Result longer = TinyRun.resume(out, "--steps", "15");
            assertEquals(expected, longer.sha256());
            assertTrue(longer.out().contains("the run has 15 steps instead of 10 from here on"), longer.out());
            String given = schedule.equals("constant") ? "--steps 15 from the start" : "--steps 15 --warmup 2 from the start";
            assertTrue(longer.out().contains("as of a run that was given " + given), longer.out());
            assertEquals(15, options(out).get("steps").intValue());
            TinyRun.Result again = TinyRun.resume(out);
            assertEquals(expected, again.sha256(), "it goes on without the option, too");
            String way = schedule.equals("constant") ? "for more: --resume " + out + " --steps N" : "train --model " + out;
            assertTrue(again.out().contains("all 15 steps of " + out + " are done; ") && again.out().contains(way), again.out());
        }
    }

    @Test
    void moreStepsThanTheScheduleAllowsNameTheWayThatThereIs() {
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--steps", "4");
        TinyRun.Result more = TinyRun.resume(out, "--steps", "8");
        assertEquals(2, more.exitCode());
        assertTrue(more.err()
            .startsWith("lockstep: --steps: found 8, expected 4 as in " + out.resolve("config.json") + ": by its schedule, cosine, ")
            && more.err().strip().endsWith("train --model " + out), more.err());
        TinyRun.Result fewer = TinyRun.resume(out, "--steps", "3");
        assertTrue(fewer.err().contains("--steps: found 3, expected 4 or more: so many steps of " + out + " are done"), fewer.err());
    }

    @Test
    void theNumberOfThreadsNeverShows() {
        String one = TinyRun.train(text, dir.resolve("1"), "--steps", "3", "--threads", "1").sha256();
        assertEquals(one, TinyRun.train(text, dir.resolve("2"), "--steps", "3", "--threads", "2").sha256());
        assertEquals(one, TinyRun.train(text, dir.resolve("5"), "--steps", "3", "--threads", "5").sha256());
    }

    @Test
    void whatIsDoneBesideTrainingNeverShows() {
        String busy = TinyRun
            .train(text, dir.resolve("a"), "--steps", "4", "--val-every", "1", "--sample-every", "1", "--checkpoint-every", "1").sha256();
        TinyRun.Result quiet =
            TinyRun.train(text, dir.resolve("b"), "--steps", "4", "--val-every", "0", "--sample-every", "0", "--checkpoint-every", "0");
        assertEquals(busy, quiet.sha256());
        assertFalse(quiet.out().contains("val loss"), quiet.out());
        assertFalse(quiet.out().contains("generating"), quiet.out());
    }

    @Test
    void theSeedAndTheGroupsShow() {
        String usual = TinyRun.train(text, dir.resolve("a"), "--steps", "3").sha256();
        assertNotEquals(usual, TinyRun.train(text, dir.resolve("b"), "--steps", "3", "--seed", "43").sha256());
        assertNotEquals(usual, TinyRun.train(text, dir.resolve("c"), "--steps", "3", "--groups", "1").sha256());
    }

    @Test
    void theConfigurationOfARunMakesTheSameRunAgain() throws IOException {
        Path first = dir.resolve("first");
        Path second = dir.resolve("second");
        String expected = TinyRun
            .train(text, first, "--steps", "3", "--lr", "0.002", "--grad-clip", "0", "--skip-loss-z", "5", "--beta2", "0.9").sha256();
        TinyRun.Result again = TinyRun.run("train", "--config", first.resolve("config.json").toString(), "--out", second.toString());
        assertEquals(expected, again.sha256());
        assertEquals(options(first), options(second));
    }

    @Test
    void theCommandLineGoesBeforeTheFileAndTheFileBeforeTheDefault() throws IOException {
        Path file = Files.writeString(dir.resolve("c.json"), "{\"lr\": 0.5, \"beta1\": 0.8, \"steps\": 7, \"keep-best\": true}");
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--config", file.toString(), "--lr", "0.25", "--epochs", "1", "--stop-after", "1");
        JsonNode options = options(out);
        assertEquals(0.25, options.get("lr").doubleValue());
        assertEquals(0.8, options.get("beta1").doubleValue());
        assertEquals(0.95, options.get("beta2").doubleValue());
        assertTrue(options.get("keep-best").booleanValue());
        // --epochs on the command line leaves no room for the file's steps.
        assertNotEquals(7, options.get("steps").intValue());
    }

    @Test
    void aConfigurationOfMicroBatchesGivesWayToATotalBatch() throws IOException {
        Path first = dir.resolve("first");
        TinyRun.train(text, first, "--steps", "1");
        Path second = dir.resolve("second");
        TinyRun.run("train", "--config", first.resolve("config.json").toString(), "--out", second.toString(), "--total-batch", "64");
        assertEquals(2, options(second).get("micro-batches").intValue());
    }

    @Test
    void aTextThatGoesByANameNeedsNothingOfHowTheFilesTextIsRead() throws IOException {
        Path first = dir.resolve("first");
        TinyRun.train(text, first, "--steps", "1", "--delimiter", "9");
        Path second = dir.resolve("second");
        TinyRun.Result named = TinyRun.run("train", "--config", first.resolve("config.json").toString(), "--out", second.toString(),
            "--text", "shakespeare");
        assertEquals(0, named.exitCode(), named.err());
        assertEquals("shakespeare", options(second).get("text").asText());
        assertFalse(options(second).has("field") || options(second).has("delimiter"), options(second).toString());
    }

    @Test
    void aResumedRunKeepsItsConfiguration() {
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--steps", "4", "--stop-after", "2");
        for (List<String> change : List.of(List.of("--lr", "0.5"), List.of("--steps", "5"), List.of("--seed", "1"),
            List.of("--epochs", "1"), List.of("--model", "d12"))) {
            TinyRun.Result result = TinyRun.resume(out, change.toArray(String[]::new));
            assertEquals(2, result.exitCode(), result.out());
            assertTrue(result.err().startsWith("lockstep: " + change.getFirst() + ": found " + change.getLast() + ", expected "),
                result.err());
            assertEquals(1, result.err().lines().count(), result.err());
        }
        assertEquals(0, TinyRun.resume(out, "--steps", "4", "--threads", "1", "--log-every", "2", "--val-every", "0").exitCode());
    }

    @Test
    void aRunThatDiedBeforeItsFirstCheckpointBeginsAgain() throws IOException {
        Path out = dir.resolve("a");
        String expected = TinyRun.train(text, out, "--steps", "3").sha256();
        Path checkpoint = out.resolve("checkpoints").resolve("step_00000003");
        Files.move(checkpoint, dir.resolve("elsewhere"));
        TinyRun.Result again = TinyRun.resume(out);
        assertEquals(expected, again.sha256());
        assertTrue(again.err().contains("--resume: found no whole checkpoint in " + out.resolve("checkpoints")), again.err());
        assertEquals(3, Files.readAllLines(out.resolve("metrics.jsonl")).size());
    }

    @Test
    void aRunThatGoesOnWithAnotherBuildOfLockstepOrOfTheJdkSaysSo() throws IOException {
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--steps", "3", "--stop-after", "2");
        assertEquals("", TinyRun.resume(out, "--stop-after", "2").err());
        Path config = out.resolve("config.json");
        String json = Files.readString(config);
        Files.writeString(config, json.replaceFirst("\"lockstep\" : \"[^\"]*\"", "\"lockstep\" : \"lockstep 0.0.1\"")
            .replaceFirst("\"jdk\" : \"[^\"]*\"", "\"jdk\" : \"24 (Nobody)\""));
        List<String> warnings = TinyRun.resume(out).err().lines().toList();
        assertEquals(2, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().startsWith("lockstep: the run began with lockstep 0.0.1 and goes on with lockstep "),
            warnings.toString());
        assertTrue(warnings.getLast().startsWith("lockstep: the run began on Java 24 (Nobody) and goes on on "), warnings.toString());
        List<String> builds = RunAbout.builds(TrainRequest.about(out));
        assertEquals(2, builds.size(), builds.toString());
        assertEquals("lockstep 0.0.1 on Java 24 (Nobody)", builds.getFirst());
        assertTrue(builds.getLast().contains(" on Java " + Runtime.version() + " ("), builds.toString());
        assertEquals(2, TinyRun.resume(out, "--threads", "1").err().lines().count());
        assertEquals(builds, RunAbout.builds(TrainRequest.about(out)), "a build is noted once");
    }

    @Test
    void aRunThatAnotherBuildWentOnWithAndThatComesBackKeepsItsWeightsAndNamesBoth() throws IOException {
        String expected = TinyRun.train(text, dir.resolve("whole"), "--steps", "3").sha256();
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--steps", "3", "--stop-after", "1");
        String ours = RunAbout.builds(TrainRequest.about(out)).getFirst();
        try (RunDirectory run = RunDirectory.open(out)) {
            RunAbout.noteBuild(run, "lockstep 9.9");
        }
        assertEquals(0, TinyRun.resume(out, "--stop-after", "2").exitCode());
        TinyRun.Result back = TinyRun.resume(out);
        assertEquals(0, back.exitCode(), back.err());
        String part = "a part of the run was trained by lockstep 9.9 on Java " + Runtime.version();
        assertTrue(back.err().startsWith("lockstep: " + part) && back.err().lines().count() == 1, back.err());
        assertTrue(Files.readString(out.resolve("model-card.md")).contains("| continued by | lockstep 9.9 on Java "));
        TinyRun.Result again = TinyRun.run("reproduce", out.toString());
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(again.err().contains(part), again.err());
        assertEquals(expected, back.sha256());
        List<String> builds = RunAbout.builds(TrainRequest.about(out));
        assertEquals(2, builds.size(), builds.toString());
        assertEquals(ours, builds.getFirst());
        assertTrue(builds.getLast().startsWith("lockstep 9.9 on Java " + Runtime.version()), builds.toString());
    }

    @Test
    void aResumedRunRefusesOtherData() throws IOException {
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--steps", "4", "--stop-after", "2");
        Path shard = out.resolve("data").resolve("text_train_000000.bin");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[2000] ^= 1;
        Files.write(shard, bytes);
        TinyRun.Result result = TinyRun.resume(out);
        assertEquals(2, result.exitCode());
        assertTrue(result.err().startsWith("lockstep: --resume: data: found trainSha256 "), result.err());
    }

    @Test
    void aModelOnDiskIsWhereTrainingBegins() {
        Path first = dir.resolve("first");
        TinyRun.train(text, first, "--steps", "2");
        String[] options = {"train", "--text", text.toString(), "--seq-len", "16", "--batch", "2", "--steps", "2", "--model",
            first.toString(), "--out", dir.resolve("b").toString()};
        TinyRun.Result second = TinyRun.run(options);
        assertEquals(0, second.exitCode(), second.err());
        assertEquals(2, new CheckpointStore(dir.resolve("b")).complete().stream().mapToInt(path -> CheckpointStore.step(path).getAsInt())
            .max().orElseThrow());
    }

    @Test
    void overfittingDrivesTheLossDown() throws IOException {
        Path out = dir.resolve("a");
        TinyRun.train(text, out, "--steps", "40", "--overfit-batch", "--lr", "0.02", "--lr-schedule", "constant");
        List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
        double first = new ObjectMapper().readTree(lines.getFirst()).get("loss").doubleValue();
        double last = new ObjectMapper().readTree(lines.getLast()).get("loss").doubleValue();
        assertTrue(last < first / 2, first + " to " + last);
    }

    @Test
    void divergenceStopsTheRunAndKeepsTheLastGoodCheckpoint() {
        Path out = dir.resolve("a");
        TinyRun.Result result = TinyRun.train(text, out, "--steps", "50", "--lr", "1e30", "--grad-clip", "0", "--checkpoint-every", "1",
            "--lr-schedule", "constant");
        assertEquals(2, result.exitCode(), result.out());
        assertTrue(result.err().contains("training diverged at step "), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(new CheckpointStore(out).newestComplete().isPresent());
    }

    private static JsonNode options(Path runDir) throws IOException {
        com.fasterxml.jackson.databind.node.ObjectNode root =
            (com.fasterxml.jackson.databind.node.ObjectNode) new ObjectMapper().readTree(runDir.resolve("config.json").toFile());
        assertTrue(root.get("about").get("jdk").isTextual());
        root.remove("about");
        return root;
    }
}
