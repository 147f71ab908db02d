package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

import lockstep.deploy.process.ChildProcess;

/**
 * The processes of {@code --nodes}. One that ends before it trains would be waited for by the others. Where it was killed they are told to go on without it, if one of them knows the run. Where it ended by itself, which is
 * for a mistake that the user can mend, all end, unless some train already.
 */
final class LocalChildren implements AutoCloseable {
    /** Exit codes from here on are those of signals. */
    private static final int SIGNAL = 128;
    private static final int CHECK_FAILED = 1;

    private final Consumer<String> warns;
    private final List<Child> all = new ArrayList<>();
    private OptionalInt failed = OptionalInt.empty();
    private boolean ending;

    LocalChildren(Consumer<String> warns) {
        this.warns = warns;
    }

    /** One of them, from before its process runs. */
    final class Child {
        private final int number;
        private ChildProcess process;
        private boolean knowsTheRun;
        private boolean trains;

        private Child(int number) {
            this.number = number;
            this.knowsTheRun = number == 1; // which brings it
        }

        /** Its process runs, and is told the secret; and the end, where all are to end meanwhile. */
        void runs(ChildProcess started, String secret) {
            started.trySay(secret);
            boolean isLate;
            synchronized (LocalChildren.this) {
                process = started;
                isLate = ending;
            }
            if (isLate) {
                started.endInput();
            }
            started.onExit(() -> ended(this, started.await()));
        }

        /** It has been told what is trained: it can go on without whoever brought that. */
        void knowsTheRun() {
            synchronized (LocalChildren.this) {
                knowsTheRun = true;
            }
        }

        /** It has a place among those that train. */
        void trains() {
            synchronized (LocalChildren.this) {
                trains = true;
            }
        }

        private boolean isAlive() {
            return process != null && process.isAlive();
        }
    }

    /** The next one. */
    synchronized Child add() {
        Child child = new Child(all.size() + 1);
        all.add(child);
        return child;
    }

    /** Whether one has failed, so that all are told to end: what the others say of that is nothing new. */
    synchronized boolean isOver() {
        return failed.isPresent();
    }

    private synchronized List<ChildProcess> running() {
        return all.stream().filter(child -> child.process != null).map(child -> child.process).toList();
    }

    private void ended(Child child, int code) {
        boolean othersGoOn;
        synchronized (this) {
            if (child.trains || ending || code == 0) {
                return;
            }
            List<Child> others = all.stream().filter(other -> other != child && other.isAlive()).toList();
            othersGoOn = others.stream().anyMatch(other -> other.trains || code >= SIGNAL && other.knowsTheRun);
            failed = othersGoOn ? failed : OptionalInt.of(code);
            ending = !othersGoOn;
        }
        warns.accept("lockstep: node " + child.number + " of --nodes ended with exit code " + code + " before it trained: "
            + (othersGoOn ? "the others go on without it" : "all end"));
        if (othersGoOn) {
            running().stream().filter(ChildProcess::isAlive).forEach(other -> other.trySay(ParentProcess.GONE));
        } else {
            running().forEach(ChildProcess::endInput);
        }
    }

    /** Waits for all; the run is as good as its best node, since the others may have been killed; but what one of them found wrong is wrong. */
    int await() {
        List<Integer> codes = running().stream().map(ChildProcess::await).sorted().toList();
        synchronized (this) {
            return failed.orElseGet(() -> codes.contains(CHECK_FAILED) ? CHECK_FAILED : codes.getFirst());
        }
    }

    /** Has all of them end at the next boundary between steps, the last one with a checkpoint, and waits for it. */
    void endAll() {
        synchronized (this) {
            ending = true;
        }
        running().forEach(ChildProcess::endInput);
        running().forEach(ChildProcess::await);
    }

    @Override
    public void close() {
        running().forEach(ChildProcess::close);
    }
}
