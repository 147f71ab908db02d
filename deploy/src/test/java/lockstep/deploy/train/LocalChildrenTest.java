package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import lockstep.deploy.process.ChildProcess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who goes on, and who ends, when one of the processes of {@code --nodes} ends before it trains. */
class LocalChildrenTest {
    private static final int KILLED = 137;

    private final List<String> warned = new ArrayList<>();
    private final LocalChildren children = new LocalChildren(warned::add);

    @Test
    void the_first_that_is_killed_before_it_has_told_anybody_of_the_run_ends_all() {
        Pretended first = begin();
        Pretended second = begin();
        first.ends(KILLED);
        assertTrue(second.inputEnded, warned.toString());
        second.ends(2);
        assertEquals(KILLED, children.await());
        assertEquals(List.of("lockstep: node 1 of --nodes ended with exit code 137 before it trained: all end"), warned);
    }

    @Test
    void whoever_has_been_told_of_the_run_goes_on_without_the_first() {
        Pretended first = begin();
        Pretended second = begin();
        Pretended third = begin();
        second.child.knowsTheRun();
        first.ends(KILLED);
        assertFalse(second.inputEnded || third.inputEnded, warned.toString());
        assertEquals(List.of("a secret", ParentProcess.GONE), second.heard);
        second.ends(KILLED); // the only one that knew of it
        assertTrue(third.inputEnded, warned.toString());
    }

    @Test
    void one_that_is_killed_is_not_waited_for_as_long_as_the_first_lives() {
        Pretended first = begin();
        Pretended second = begin();
        second.ends(KILLED);
        assertEquals(List.of("a secret", ParentProcess.GONE), first.heard);
        first.ends(0);
        assertEquals(0, children.await());
    }

    @Test
    void a_mistake_ends_all_before_any_trains_and_none_that_trains() {
        Pretended first = begin();
        Pretended second = begin();
        Pretended third = begin();
        first.child.trains();
        second.ends(2);
        assertFalse(first.inputEnded || third.inputEnded, warned.toString());
        first.ends(KILLED);
        third.ends(2);
        assertEquals(2, children.await());

        LocalChildren others = new LocalChildren(warned::add);
        Pretended waits = new Pretended(others);
        Pretended mistaken = new Pretended(others);
        mistaken.ends(2);
        assertTrue(waits.inputEnded);
    }

    @Test
    void one_that_is_started_while_all_end_is_told_to_end() {
        Pretended first = begin();
        LocalChildren.Child late = children.add();
        first.ends(2);
        Pretended process = new Pretended(late);
        assertTrue(process.inputEnded);
    }

    private Pretended begin() {
        return new Pretended(children);
    }

    /** A process that does what the test says. */
    private static final class Pretended implements ChildProcess {
        private final LocalChildren.Child child;
        private final List<String> heard = new ArrayList<>();
        private boolean inputEnded;
        private boolean alive = true;
        private int code;
        private Runnable onExit = () -> {};

        Pretended(LocalChildren all) {
            this(all.add());
        }

        Pretended(LocalChildren.Child child) {
            this.child = child;
            child.runs(this, "a secret");
        }

        void ends(int with) {
            alive = false;
            code = with;
            onExit.run();
        }

        @Override
        public void trySay(String line) {
            heard.add(line);
        }

        @Override
        public void endInput() {
            inputEnded = true;
        }

        @Override
        public boolean isAlive() {
            return alive;
        }

        @Override
        public void onExit(Runnable action) {
            onExit = action;
        }

        @Override
        public int await() {
            return code;
        }

        @Override
        public void close() {
            alive = false;
        }
    }
}
