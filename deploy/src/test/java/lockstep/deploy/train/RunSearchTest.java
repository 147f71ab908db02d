package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import lockstep.common.UserError;
import lockstep.coordinator.member.PeerSearch.Finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a node does whose command has --join and says nothing of a run. */
class RunSearchTest {
    private static final Finding UNKNOWN = new Finding("nohost:5701", false, "the name nohost is unknown");
    private static final Finding ANSWERS = new Finding("127.0.0.1:9", true, "127.0.0.1:9 answers");

    private final List<String> said = new ArrayList<>();

    @Test
    void says_once_who_does_not_answer_and_ends_when_the_time_is_over() {
        RunSearch search = new RunSearch(() -> List.of(UNKNOWN), said::add, () -> false);
        UserError error = assertThrows(UserError.class, () -> search.find(() -> {
            throw new AssertionError("nobody is there to be asked");
        }, 2_500));
        assertEquals(List.of("--join: the name nohost is unknown"), said);
        assertTrue(
            error.getMessage()
                .startsWith("--join: asked for 2 s, and found no run: the name nohost is unknown. A node that is to begin a run needs"),
            error.getMessage());
    }

    @Test
    void asks_who_answers_and_takes_the_run_that_is_there() {
        RunSearch search = new RunSearch(() -> List.of(UNKNOWN, ANSWERS), said::add, () -> false);
        assertEquals("a run", search.find(() -> Optional.of("a run"), 0));
    }

    @Test
    void does_not_begin_one_where_who_answers_trains_none() {
        AtomicInteger asked = new AtomicInteger();
        RunSearch search = new RunSearch(() -> List.of(ANSWERS), said::add, () -> false);
        assertThrows(UserError.class, () -> search.find(() -> {
            asked.incrementAndGet();
            return Optional.empty();
        }, 0));
        assertEquals(1, asked.get());
        assertTrue(said.getLast().startsWith("of those that answer none trains a run for this node"), said.toString());
    }

    @Test
    void says_the_same_once_however_often_it_asks() {
        AtomicInteger asked = new AtomicInteger();
        RunSearch search = new RunSearch(() -> List.of(UNKNOWN, ANSWERS), said::add, () -> false, new RunSearch.Pauses(0, 0));
        assertEquals("a run", search.find(() -> asked.incrementAndGet() < 4 ? Optional.empty() : Optional.of("a run"), 60_000));
        assertEquals(2, said.size(), said.toString());
    }

    @Test
    void ends_with_its_parent() {
        RunSearch search = new RunSearch(() -> List.of(UNKNOWN), said::add, () -> true);
        assertThrows(UserError.class, () -> search.find(Optional::empty, 60_000));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"--steps=9", "--model=d12", "--data=x.bin", "--text=x", "--batch=4", "--lr=0.1", "--seed=3", "--total-batch=512"})
    void an_option_that_describes_a_run_may_begin_one(String option) {
        assertTrue(mayBegin("--join=a", option));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads=1", "--out=x", "--log-every=3", "--val-every=0", "--port=0", "--secret-file=s", "--stop-after=3",
        "--recompute=gelu",
        "--http-port=0", "--expect=2", "--hellaswag=x"})
    void an_option_of_this_node_alone_does_not(String option) {
        assertFalse(mayBegin("--join=a", option));
        assertFalse(mayBegin("--kubernetes-dns=a", option));
        assertTrue(mayBegin(option), "whoever joins nobody begins");
    }

    private static boolean mayBegin(String... options) {
        CommandLine.ParseResult typed = new CommandLine(new TrainOptions()).parseArgs(options);
        return TrainRequest.of(typed).mayBegin();
    }
}
