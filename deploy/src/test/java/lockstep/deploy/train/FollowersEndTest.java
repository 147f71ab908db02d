package lockstep.deploy.train;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import lockstep.common.CheckFailed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** What a node says that didn't lead when the run ended. */
class FollowersEndTest {
    private static final FollowersEnd END = new FollowersEnd(30, "abc");

    @Test
    void a_node_with_the_last_state_says_its_hash() {
        assertEquals("weights sha256 abc", END.line(Optional.of(30), "abc"));
    }

    @Test
    void other_weights_after_the_same_step_are_a_failed_check() {
        CheckFailed error = assertThrows(CheckFailed.class, () -> END.line(Optional.of(30), "abd"));
        assertEquals("the weights' sha256 is abd here and abc on the leading node", error.getMessage());
    }

    @Test
    void a_node_whose_fetch_was_cut_by_the_runs_end_has_found_nothing_wrong() {
        assertEquals("the run has ended after step 30 with weights sha256 abc on the leading node; this node had no "
            + "whole state yet", END.line(Optional.empty(), "abd"));
    }

    @Test
    void a_node_that_stands_at_an_earlier_step_has_found_nothing_wrong() {
        assertEquals("the run has ended after step 30 with weights sha256 abc on the leading node; this node holds the state after step 29",
            END.line(Optional.of(29), "abd"));
    }
}
