package lockstep.deploy.dashboard;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import lockstep.deploy.latency.LatencyFiles;

/** Reads on in a run's files, on a thread of its own, twice a second. */
final class RunFollower implements AutoCloseable {
    private static final long PAUSE_NS = 500_000_000;
    /** Of one file in one look, so that a page sees a long run grow while it is read. */
    private static final int PIECES = 8;
    private static final Duration LAST_LOOK = Duration.ofSeconds(3);
    private static final Duration LAST_WORD = Duration.ofMillis(500);

    private final RunFeed feed;
    private final Runnable looked;
    private final Map<String, RunTail> tails = new LinkedHashMap<>();
    private final Map<String, String> nodeOfFile = new LinkedHashMap<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("dashboard").unstarted(this::run);
    private volatile Optional<RunFiles> files = Optional.empty();
    private volatile boolean closed;

    /** @param looked called after each look */
    RunFollower(RunFeed feed, Runnable looked) {
        this.feed = feed;
        this.looked = looked;
        for (String name : RunFileNames.FIXED) {
            tails.put(name, new RunTail(name));
        }
    }

    void start() {
        thread.start();
    }

    /** From now on there is something to read. */
    void follow(RunFiles there) {
        files = Optional.of(there);
    }

    private void run() {
        while (!closed) {
            boolean more = files.isPresent() && look(files.get());
            looked.run();
            if (!more) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private record News(String file, Optional<String> node, RunTail.Batch batch) {}

    /** One look at all files; returns whether there is more to read now. */
    boolean look(RunFiles there) {
        List<News> news = new ArrayList<>();
        boolean more = gather(there, news);
        if (!news.isEmpty()) {
            feed.change(history -> take(history, news));
            more |= findNodes();
        }
        return more;
    }

    private boolean gather(RunFiles there, List<News> news) {
        boolean more = false;
        for (Map.Entry<String, RunTail> tail : tails.entrySet()) {
            more |= read(there, tail.getKey(), tail.getValue(), news);
        }
        return more;
    }

    private static void take(RunHistory history, List<News> news) {
        news.forEach(some -> history.take(some.file(), some.node(), some.batch()));
    }

    private boolean read(RunFiles there, String file, RunTail tail, List<News> news) {
        try {
            for (int piece = 0; piece < PIECES; piece++) {
                RunTail.Batch batch = tail.read(there);
                if (!batch.isEmpty()) {
                    news.add(new News(file, Optional.ofNullable(nodeOfFile.get(file)), batch));
                }
                if (!batch.more()) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // not now: nobody leads, or the directory can't be read; the next look may
        }
    }

    /** Returns whether there are logs of nodes that nobody knew of. */
    private boolean findNodes() {
        boolean found = false;
        for (Members.Member member : feed.read(history -> history.events().members().all())) {
            String file = LatencyFiles.name(member.name());
            if (!tails.containsKey(file) && nodeOfFile.size() < LatencyHistory.MAX_NODES && RunFileNames.isOne(file)) {
                tails.put(file, new RunTail(file));
                nodeOfFile.put(file, member.name());
                found = true;
            }
        }
        return found;
    }

    /** Looks a last time, so that those who watch see how it ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            // it may be waiting for another node's answer, which has a deadline of its own
            if (thread.join(LAST_LOOK)) {
                List<News> news = new ArrayList<>();
                files.ifPresent(there -> gather(there, news));
                feed.changeLast(history -> take(history, news), LAST_WORD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
