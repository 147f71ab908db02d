package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

import lockstep.deploy.process.ChildJvm;

/**
 * The processes of {@code --nodes}. One that ends before it trains would be waited for by the others: where it was killed they are told to go on without it, and where it ended by itself, which is for a mistake that the
 * user can mend, all end.
 */
final class LocalChildren implements AutoCloseable {
    /** Exit codes from here on are those of signals. */
    private static final int SIGNAL = 128;
    private static final int CHECK_FAILED = 1;

    private final Consumer<String> warns;
    private final List<Child> all = new ArrayList<>();
    private OptionalInt failed = OptionalInt.empty();
    /** Whether the first one has told the others what is trained. */
    private boolean begun;
    private boolean ending;

    LocalChildren(Consumer<String> warns) {
        this.warns = warns;
    }

    /** One of them, from before its process runs. */
    final class Child {
        private final int number;
        private ChildJvm jvm;
        private boolean trains;

        private Child(int number) {
            this.number = number;
        }

        /** Its process runs, and is told the secret. */
        void runs(ChildJvm process, String secret) {
            synchronized (LocalChildren.this) {
                jvm = process;
            }
            process.trySay(secret);
            process.onExit(() -> ended(this, process.await()));
        }

        /** It has a place among those that train. */
        void trains() {
            synchronized (LocalChildren.this) {
                trains = true;
            }
        }
    }

    /** The next one. */
    synchronized Child add() {
        Child child = new Child(all.size() + 1);
        all.add(child);
        return child;
    }

    /** The first one has a run: whoever has heard of it can go on without that one. */
    synchronized void runBegan() {
        begun = true;
    }

    /** Whether one has failed, so that all are told to end: what the others say of that is nothing new. */
    synchronized boolean isOver() {
        return failed.isPresent();
    }

    private synchronized List<ChildJvm> running() {
        return all.stream().filter(child -> child.jvm != null).map(child -> child.jvm).toList();
    }

    private void ended(Child child, int code) {
        boolean othersCanGoOn;
        synchronized (this) {
            if (child.trains || ending || code == 0) {
                return;
            }
            othersCanGoOn = code >= SIGNAL && (child.number > 1 || begun);
            failed = othersCanGoOn ? failed : OptionalInt.of(code);
            ending = !othersCanGoOn;
        }
        warns.accept("lockstep: node " + child.number + " of --nodes ended with exit code " + code + " before it trained: "
            + (othersCanGoOn ? "the others go on without it" : "all end"));
        if (othersCanGoOn) {
            running().stream().filter(ChildJvm::isAlive).forEach(other -> other.trySay(ParentProcess.GONE));
        } else {
            running().forEach(ChildJvm::endInput);
        }
    }

    /** Waits for all; the run is as good as its best node, since the others may have been killed; but what one of them found wrong is wrong. */
    int await() {
        List<Integer> codes = running().stream().map(ChildJvm::await).sorted().toList();
        synchronized (this) {
            return failed.orElseGet(() -> codes.contains(CHECK_FAILED) ? CHECK_FAILED : codes.getFirst());
        }
    }

    /** Has all of them end at the next boundary between steps, the last one with a checkpoint, and waits for it. */
    void endAll() {
        synchronized (this) {
            ending = true;
        }
        running().forEach(ChildJvm::endInput);
        running().forEach(ChildJvm::await);
    }

    @Override
    public void close() {
        running().forEach(ChildJvm::close);
    }
}
