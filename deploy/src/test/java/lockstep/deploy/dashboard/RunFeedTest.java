package lockstep.deploy.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.http.EventFeed;
import lockstep.deploy.http.Health;
import lockstep.deploy.http.NodeStatus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** From a run's directory to what a page is told. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RunFeedTest {
    private static final String GENERATION = """
        {"step":0,"timeMs":1000,"event":"began","node":"a:1","run":"r","steps":100,"peakGflops":70.5,"flopsPerToken":1000}
        {"step":0,"timeMs":1001,"event":"generation","generation":1,"nodes":[{"node":"a:1","role":"coordinator","groups":[0,1]},{"node":"b:2","role":"follower","groups":[2,3],"takesState":true}]}
        """;

    @TempDir
    private Path dir;
    private final RunFeed feed = new RunFeed();
    private final HistoryView view = new HistoryView(feed);
    private final RunFollower follower = new RunFollower(feed, view::looked);

    private void append(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void step(int from, int to) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = from; step <= to; step++) {
            text.append("{\"step\":" + step + ",\"loss\":2.5,\"gradNorm\":1,\"lr\":0.001,\"stepMs\":10.000,\"tokensPerSecond\":900.0}\n");
        }
        append("metrics.jsonl", text.toString());
    }

    private void look() {
        while (follower.look(new LocalRunFiles(dir))) {
            // there is more
        }
        view.looked();
    }

    private EventFeed.Event next(Optional<String> after) throws InterruptedException {
        return feed.next(after, Duration.ofSeconds(30)).orElseThrow();
    }

    private static JsonNode json(EventFeed.Event event) throws IOException {
        assertFalse(event.data().contains("\n"), "a line");
        return new ObjectMapper().readTree(event.data());
    }

    @Test
    void a_page_is_told_all_first_and_then_what_is_new() throws Exception {
        append("events.jsonl", GENERATION);
        step(1, 3);
        look();
        EventFeed.Event first = next(Optional.empty());
        JsonNode all = json(first);
        assertTrue(all.path("reset").asBoolean());
        assertEquals(3, all.at("/progress/step").asInt());
        assertEquals("training", all.at("/progress/state").asText());
        assertEquals(3, all.at("/metrics/buckets").size());
        assertEquals(100, all.at("/facts/steps").asInt());
        assertEquals("a:1", all.at("/members/0/node").asText());
        step(4, 4);
        append("validation.jsonl", "{\"step\":4,\"valLoss\":2.75}\n");
        look();
        JsonNode news = json(next(Optional.of(first.id())));
        assertFalse(news.path("reset").asBoolean());
        assertEquals(1, news.at("/metrics/buckets").size());
        assertEquals(2.75, news.at("/validations/buckets/0/1").asDouble());
        assertTrue(news.path("events").isMissingNode(), news.toString());
    }

    @Test
    void who_comes_from_another_process_is_told_all() throws Exception {
        step(1, 2);
        look();
        String foreign = next(Optional.empty()).id().startsWith("00000000") ? "11111111-5" : "00000000-5";
        assertTrue(feed.isId(foreign));
        assertTrue(json(next(Optional.of(foreign))).path("reset").asBoolean());
    }

    @Test
    void what_is_no_id_of_any_stream_is_told_apart() throws Exception {
        String id = next(Optional.empty()).id();
        assertTrue(feed.isId(id));
        String epoch = id.substring(0, id.indexOf('-') + 1);
        for (String none : new String[] {"", "x", "1", epoch, epoch + "-1", epoch + "1x", epoch + "999999999", "g0000000-1", id + "\n",
            epoch + "1".repeat(16)}) {
            assertFalse(feed.isId(none), none);
        }
    }

    @Test
    void who_waits_is_woken_by_news_and_by_nothing_else() throws Exception {
        String id = next(Optional.empty()).id();
        assertEquals(Optional.empty(), feed.next(Optional.of(id), Duration.ofMillis(1)));
        CompletableFuture<JsonNode> waiting = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(json(next(Optional.of(id))));
            } catch (IOException | InterruptedException e) {
                waiting.completeExceptionally(e);
            }
        });
        step(1, 1);
        look();
        assertEquals(1, waiting.get().at("/progress/step").asInt());
    }

    @Test
    void the_last_word_reaches_those_who_wait_and_waits_for_nobody_else() throws Exception {
        String id = next(Optional.empty()).id();
        CompletableFuture<String> heard = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                EventFeed.Event last = next(Optional.of(id));
                heard.complete(json(last).at("/progress/step").asText());
                feed.next(Optional.of(last.id()), Duration.ofSeconds(30));
            } catch (IOException | InterruptedException e) {
                heard.completeExceptionally(e);
            }
        });
        follower.start();
        follower.follow(new LocalRunFiles(dir));
        step(1, 1);
        follower.close();
        assertEquals("1", heard.get());
        feed.changeLast(_ -> {}, Duration.ofMillis(1));
    }

    @Test
    void members_come_and_go_and_marks_stay() throws Exception {
        append("events.jsonl", GENERATION);
        look();
        assertEquals("takes the state", json(next(Optional.empty())).at("/members/1/state").asText());
        step(1, 1);
        append("events.jsonl", """
            {"step":1,"timeMs":2000,"event":"lost","node":"a:1","why":"a:1 has left"}
            {"step":1,"timeMs":2000,"event":"joined","node":"c:3"}
            {"step":1,"timeMs":2001,"event":"generation","generation":3,"nodes":[{"node":"b:2","role":"coordinator","groups":[0,1,2,3]},{"node":"c:3","role":"spare","groups":[],"takesState":true}]}
            """);
        look();
        JsonNode members = json(next(Optional.empty())).path("members");
        assertEquals("[\"b:2\",\"c:3\",\"a:1\"]",
            members.findValuesAsText("node").stream().map(name -> "\"" + name + "\"").toList().toString().replace(" ", ""));
        assertEquals("[present, takes the state, lost]", members.findValuesAsText("state").toString());
        step(2, 2);
        look();
        assertEquals("present", json(next(Optional.empty())).at("/members/1/state").asText());
        assertEquals(NodeStatus.Role.SPARE, view.status().nodes().get(1).role());
        assertEquals(2, view.status().nodes().size(), "those that are there");
        assertEquals(3, view.status().generation());
    }

    @Test
    void another_leader_with_a_directory_of_its_own_goes_on_where_the_first_one_ended() throws Exception {
        step(1, 8);
        append("samples.jsonl", "{\"step\":4,\"timeMs\":1,\"text\":\"four\"}\n");
        look();
        Files.delete(dir.resolve("metrics.jsonl"));
        look();
        step(7, 9);
        look();
        JsonNode all = json(next(Optional.empty()));
        assertEquals(9, all.at("/progress/step").asInt());
        assertEquals(9, all.at("/metrics/buckets").size(), all.toString());
        assertEquals("four", all.at("/samples/0/text").asText());
    }

    @Test
    void a_run_that_was_cut_and_resumed_shows_what_is_done_again() throws Exception {
        append("events.jsonl", GENERATION);
        step(1, 8);
        append("events.jsonl", "{\"step\":8,\"timeMs\":3000,\"event\":\"ended\",\"how\":\"stopped\"}\n");
        look();
        assertEquals("ended", json(next(Optional.empty())).at("/progress/state").asText());
        Files.delete(dir.resolve("metrics.jsonl"));
        Files.writeString(dir.resolve("events.jsonl"),
            GENERATION + "{\"step\":5,\"timeMs\":4000,\"event\":\"leads\",\"node\":\"a:1\",\"steps\":100}\n");
        step(1, 6);
        look();
        JsonNode all = json(next(Optional.empty()));
        assertEquals("training", all.at("/progress/state").asText());
        assertEquals(6, all.at("/progress/step").asInt());
        assertEquals(6, all.at("/metrics/buckets").size());
        assertEquals(3, all.path("events").size(), all.path("events").toString());
    }

    @Test
    void a_hundred_thousand_steps_are_a_small_message_and_a_step_more_is_tiny() throws Exception {
        step(1, 100_000);
        look();
        EventFeed.Event all = next(Optional.empty());
        assertTrue(all.data().length() < 300_000, all.data().length() + " characters");
        step(100_001, 100_001);
        look();
        assertTrue(next(Optional.of(all.id())).data().length() < 2_000);
    }

    @Test
    void damaged_lines_are_passed_over_and_long_ones_are_cut() throws Exception {
        append("metrics.jsonl", "nonsense\n[1]\n\n{\"step\":77,\"x\":\"" + "x".repeat(1 << 17) + "\"}\n");
        append("samples.jsonl", "{\"step\":1,\"timeMs\":2,\"text\":\"" + "y".repeat(1 << 17) + "\"}\n");
        append("latency.hlog", "Tag=step,1.000,5.000,1.0,AAAA\n#comment\n");
        step(1, 1);
        look();
        JsonNode all = json(next(Optional.empty()));
        assertEquals(1, all.at("/progress/step").asInt());
        assertEquals(4_002, all.at("/samples/0/text").asText().length());
    }

    @Test
    void health_follows_the_steps() throws Exception {
        assertInstanceOf(Health.Waiting.class, view.health());
        append("events.jsonl", GENERATION);
        step(1, 4);
        look();
        assertEquals(new Health.Working("step 5 of 100"), view.health());
        append("events.jsonl", "{\"step\":4,\"timeMs\":3000,\"event\":\"ended\",\"how\":\"stopped\"}\n");
        look();
        assertInstanceOf(Health.Waiting.class, view.health());
    }
}
