package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import lockstep.common.config.BatchPlan;
import lockstep.coordinator.exchange.Subtree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SharesTest {
    private static final BatchPlan EIGHT = new BatchPlan(1, 1, 8, 8);

    private static List<Integer> sizes(List<List<Subtree>> shares) {
        return shares.stream().map(share -> share.stream().mapToInt(subtree -> 1 << subtree.level()).sum()).toList();
    }

    @Test
    void every_group_is_somebody_s_once_for_any_number_of_nodes() {
        for (int G = 1; G <= 16; G *= 2) {
            for (int nodes = 1; nodes <= 20; nodes++) {
                BatchPlan plan = new BatchPlan(1, 1, 19, G);
                List<Integer> groups = new ArrayList<>();
                for (List<Subtree> share : Shares.of(plan, Collections.nCopies(nodes, 0.0))) {
                    share.forEach(subtree -> IntStream.range(subtree.first(), subtree.end()).forEach(groups::add));
                }
                Collections.sort(groups);
                assertEquals(IntStream.range(0, G).boxed().toList(), groups, G + " groups, " + nodes + " nodes");
            }
        }
    }

    @Test
    void nodes_as_fast_as_each_other_get_aligned_subtrees_where_that_costs_no_time() {
        assertEquals(List.of(List.of(new Subtree(0, 2)), List.of(new Subtree(4, 2))), Shares.of(EIGHT, List.of(10.0, 11.0)));
        assertEquals(List.of(4, 4), sizes(Shares.of(EIGHT, List.of(10.0, 12.0))));
        List<List<Subtree>> three = Shares.of(EIGHT, List.of(0.0, 0.0, 0.0));
        assertTrue(sizes(three).stream().allMatch(size -> size <= 3), three.toString());
        assertEquals(5, three.stream().mapToInt(List::size).sum(), three.toString());
    }

    @Test
    void a_clearly_slower_node_gets_less() {
        assertEquals(List.of(6, 2), sizes(Shares.of(EIGHT, List.of(10.0, 30.0))));
    }

    @Test
    void who_takes_the_state_and_who_is_one_too_many_gets_nothing() {
        assertEquals(List.of(4, 0, 4), sizes(Shares.of(EIGHT, List.of(0.0, Shares.TAKES_NONE, 0.0))));
        assertEquals(2, sizes(Shares.of(new BatchPlan(1, 1, 4, 2), List.of(0.0, 0.0, 0.0))).stream().filter(size -> size == 1).count());
    }
}
