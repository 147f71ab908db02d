package lockstep.deploy.dashboard;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import lockstep.deploy.http.EventFeed;

/** A run's history for those who follow it. An id is this process's own number and a version; whoever comes with another process's id is told all. */
final class RunFeed implements EventFeed {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9]{1,15}");
    private static final int EPOCH_BYTES = 4;

    private final String epoch;
    private final RunHistory history = new RunHistory();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition caughtUp = lock.newCondition();
    /** Followers who know all there is. */
    private int waiting;

    RunFeed() {
        byte[] random = new byte[EPOCH_BYTES];
        new SecureRandom().nextBytes(random);
        this.epoch = HexFormat.of().formatHex(random);
    }

    /** Tells something new. */
    void change(Consumer<RunHistory> news) {
        lock.lock();
        try {
            apply(news);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells something new for the last time, and waits until those who were waiting for it have it.
     *
     * @param patience how long at most: who reads slowly goes without
     */
    void changeLast(Consumer<RunHistory> news, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            int followers = waiting;
            apply(news);
            for (long leftNs = patience.toNanos(); waiting < followers && leftNs > 0;) {
                leftNs = caughtUp.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private void apply(Consumer<RunHistory> news) {
        history.change(news);
        waiting = 0; // nobody knows this yet
        changed.signalAll();
    }

    <T> T read(Function<RunHistory, T> question) {
        lock.lock();
        try {
            return question.apply(history);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isId(String text) {
        return ID.matcher(text).matches() && (!text.startsWith(epoch) || read(now -> version(text) <= now.version()));
    }

    @Override
    public Optional<Event> next(Optional<String> after, Duration patience) throws InterruptedException {
        long seen = after.filter(id -> id.startsWith(epoch)).map(RunFeed::version).orElse(0L);
        lock.lockInterruptibly();
        try {
            if (!hasNews(seen, patience)) {
                return Optional.empty();
            }
            String all = "{\"reset\":" + (seen == 0) + "," + history.since(seen).substring(1);
            return Optional.of(new Event(epoch + "-" + history.version(), all));
        } finally {
            lock.unlock();
        }
    }

    private boolean hasNews(long seen, Duration patience) throws InterruptedException {
        long leftNs = patience.toNanos();
        while (history.version() <= seen) {
            if (leftNs <= 0) {
                return false;
            }
            long known = history.version();
            waiting++;
            caughtUp.signalAll();
            try {
                leftNs = changed.awaitNanos(leftNs);
            } finally {
                if (history.version() == known) {
                    waiting--;
                }
            }
        }
        return true;
    }

    private static long version(String id) {
        return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }
}
