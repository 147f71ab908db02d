package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.replica.Membership;
import lockstep.node.train.StepReport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunStoryTest {
    private static final long MS = 1_000_000;

    @TempDir
    private Path dir;
    private long nowNs;
    private boolean held = true;
    private final RunStory story = new RunStory("b", () -> 1000, () -> nowNs);

    private static Membership.Node at(String address) {
        return new Membership.Node(address, false, List.of(0));
    }

    private static Membership.Node taking(String address) {
        return new Membership.Node(address, true, List.of(1));
    }

    private void formed(long number, int step, boolean leads, Membership.Node... places) {
        Optional<String> why = number == 1 ? Optional.empty() : Optional.of("a reason");
        story.membershipChanged(new Membership(number, step, leads, why, 300 * MS, List.of(places)));
    }

    private void open(int step) {
        story.open(dir, step, () -> held, Map.of());
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(dir.resolve("events.jsonl"));
    }

    private List<String> events() throws IOException {
        return lines().stream().map(line -> line.replaceAll(".*\"event\":\"(\\w+)\".*?(?:\"node\":\"(\\w)\".*)?$", "$1 $2").strip())
            .toList();
    }

    private static StepReport step(int step) {
        return new StepReport(step, 100, 1, Double.NaN, 1, Double.NaN, 1e-3f, true, 0, 0, 0, 0, 0, 0, 20 * MS, 256);
    }

    @Test
    void who_leads_next_tells_who_was_lost_before_he_led() throws IOException {
        formed(1, 0, false, at("a"), taking("b"), taking("c"));
        formed(2, 7, true, at("b"), at("c"));
        open(7);
        story.stepDone(step(7)); // which the node that was lost had not written down
        nowNs = 50 * MS;
        story.stepDone(step(8));
        story.stepDone(step(9));
        assertEquals(List.of("began b", "lost a", "generation b", "recovered"), events());
        assertTrue(lines().get(1).endsWith("\"why\":\"a reason\"}"), lines().get(1));
        assertTrue(lines().getLast().endsWith("\"generation\":2,\"ms\":350.0}"),
            "300 before the generation and 50 after: " + lines().getLast());
        assertTrue(lines().get(2).contains("{\"node\":\"b\",\"role\":\"coordinator\",\"groups\":[0]}"), lines().get(2));
    }

    @Test
    void who_left_by_his_own_wish_was_not_lost() throws IOException {
        formed(1, 0, true, at("b"), taking("c"), taking("d"));
        open(0);
        story.leaving(List.of("c"));
        formed(2, 4, true, at("b"), at("c"));
        formed(3, 4, true, at("b"));
        story.stepDone(step(5));
        assertEquals(List.of("began b", "generation b", "lost d", "generation b", "left c", "generation b", "recovered"), events());
    }

    @Test
    void who_comes_joins_and_who_takes_the_state_without_having_been_away_is_healed() throws IOException {
        formed(1, 0, true, at("b"), taking("c"));
        open(0);
        formed(2, 0, true, at("b"), taking("c"));
        formed(3, 3, true, at("b"), taking("c"), taking("e"));
        assertEquals(List.of("began b", "generation b", "generation b", "healed c", "joined e", "generation b"), events(),
            "healed once it had the state, and not while it waited for it");
    }

    @Test
    void who_does_not_lead_writes_nothing_and_what_he_saw_is_not_written_later() throws IOException {
        formed(1, 0, true, at("b"), taking("a"));
        formed(2, 3, false, at("a"));
        formed(3, 5, true, at("b"));
        open(5);
        assertEquals(List.of("began b", "lost a", "joined b", "generation b"), events());
    }

    @Test
    void a_directory_that_is_anothers_gets_no_line() throws IOException {
        formed(1, 0, true, at("b"));
        open(0);
        held = false;
        story.sampled(1, "text");
        story.checkpointed(1, dir);
        formed(2, 3, true, at("b"));
        assertEquals(List.of("began b", "generation b"), events());
        assertEquals(0, Files.size(dir.resolve("samples.jsonl")));
    }

    @Test
    void a_later_process_goes_on_in_the_same_log_and_cuts_what_it_does_again() throws IOException {
        formed(1, 0, true, at("b"));
        open(0);
        story.checkpointed(4, dir.resolve("step_4"));
        story.checkpointed(8, dir.resolve("step_8"));
        story.sampled(4, "four\nlines");
        story.sampled(8, "eight");
        story.close();
        open(4);
        assertEquals(List.of("began b", "generation b", "checkpoint", "leads b"), events());
        assertEquals(List.of(), Files.readAllLines(dir.resolve("samples.jsonl")), "the boundary of step 4 is crossed again");
        story.sampled(4, "four\nlines");
        assertEquals(List.of("{\"step\":4,\"timeMs\":1000,\"text\":\"four\\nlines\"}"), Files.readAllLines(dir.resolve("samples.jsonl")));
    }
}
