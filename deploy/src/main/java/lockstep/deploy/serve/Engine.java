package lockstep.deploy.serve;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import lockstep.deploy.complete.CompletedToken;
import lockstep.deploy.complete.Completer;
import lockstep.deploy.complete.Completion;
import lockstep.deploy.complete.Completion.Finish;
import lockstep.deploy.complete.CompletionListener;

/** Answers requests one after the other, since one keeps all cores busy. So many may wait; who comes when all places are taken is turned away. */
public final class Engine implements AutoCloseable {
    private static final int MOST_RETRY_SECONDS = 60;

    private final Completer completer;
    private final Duration timeout;
    private final Consumer<String> log;
    private final ThreadPoolExecutor thread;
    private volatile double meanSeconds = 1;

    /**
     * @param waiting requests that may wait
     * @param timeout of a request, its waiting included
     * @param log gets a line about a defect
     */
    public Engine(Completer completer, int waiting, Duration timeout, Consumer<String> log) {
        this.completer = completer;
        this.timeout = timeout;
        this.log = log;
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("lockstep-serve").factory());
    }

    Completer completer() {
        return completer;
    }

    /** @throws ApiError 429 when all places are taken */
    Job accept(CompletionRequest request) {
        Job job = new Job(request, timeout, System::nanoTime);
        try {
            thread.execute(new Work(job));
            return job;
        } catch (RejectedExecutionException _) {
            throw ApiError.busy(retrySeconds());
        }
    }

    /** Nobody waits for it any more: it ends at its next token, or leaves its place to another where it hasn't begun. */
    void giveUp(Job job) {
        job.giveUp();
        thread.remove(new Work(job));
    }

    /** What stands in the queue. */
    private final class Work implements Runnable {
        private final Job job;

        Work(Job job) {
            this.job = job;
        }

        @Override
        public void run() {
            Engine.this.run(job);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Work work && work.job == job;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(job);
        }
    }

    /** When a place may be free again, by how long requests took. */
    private int retrySeconds() {
        return (int) Math.clamp(Math.ceil(meanSeconds * (thread.getQueue().size() + 1)), 1, MOST_RETRY_SECONDS);
    }

    private void run(Job job) {
        long startNs = System.nanoTime();
        try {
            boolean whole = true;
            for (int choice = 0; whole && choice < job.request().choices(); choice++) {
                whole = job.wanted() && complete(job, choice);
            }
            // who gave up hears nothing any more
            job.tell(whole ? new JobEvent.Ended() : new JobEvent.Failed(job.timeout()));
        } catch (RuntimeException | Error e) {
            log.accept("a request failed: " + e);
            job.tell(new JobEvent.Failed(ApiError.defect()));
        } finally {
            meanSeconds = (meanSeconds + (System.nanoTime() - startNs) / 1e9) / 2;
        }
    }

    private boolean complete(Job job, int choice) {
        CompletionRequest request = job.request();
        Completion completion = completer.complete(request.promptOf(choice).tokens(), request.settings(),
            request.seedOf(choice), new CompletionListener() {
                @Override
                public void read(List<CompletedToken> prompt) {
                    job.tell(new JobEvent.Read(choice, prompt));
                }

                @Override
                public void added(String text, List<CompletedToken> tokens) {
                    job.tell(new JobEvent.Text(choice, text, tokens));
                }

                @Override
                public boolean goesOn() {
                    return job.wanted();
                }
            });
        if (completion.finish() != Finish.CANCELLED) {
            job.tell(new JobEvent.Done(choice, completion));
        }
        return completion.finish() != Finish.CANCELLED;
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
