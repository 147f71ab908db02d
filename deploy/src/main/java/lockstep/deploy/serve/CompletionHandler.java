package lockstep.deploy.serve;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

import lockstep.deploy.http.WebCall;
import lockstep.deploy.serve.CompletionRequest.Delivery;

/** POST /v1/completions: from the body to the last byte of the answer. When the client goes, so does the work. */
final class CompletionHandler implements WebCall.Handler {
    /** How often a client that waits is written to, so that one that has gone is missed. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int ID_BYTES = 12;

    private final ServedModel model;
    private final Engine engine;
    private final CompletionRequestReader reader;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    CompletionHandler(ServedModel model, Engine engine, CompletionRequestReader reader, InstantSource clock) {
        this.model = model;
        this.engine = engine;
        this.reader = reader;
        this.clock = clock;
    }

    @Override
    public void handle(WebCall call) throws IOException {
        byte[] body = call.body();
        // a web page of another origin can send a form or plain text here unasked, but not JSON
        String type = call.header("Content-Type").orElse("none, or several").toLowerCase(Locale.ROOT);
        if (!type.matches("application/json\\s*(;.*)?")) {
            throw ApiError.refused(415, "Content-Type: found " + type + ", expected application/json");
        }
        CompletionRequest request = reader.read(body);
        Job job = engine.accept(request);
        try {
            follow(job, reply(call, request));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the endpoint closes
        } finally {
            engine.giveUp(job);
        }
    }

    private Reply reply(WebCall call, CompletionRequest request) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        CompletionBody body = new CompletionBody("cmpl-" + HexFormat.of().formatHex(id), clock.instant().getEpochSecond(), model, request,
            engine.completer().tokenizer());
        return request.delivery() == Delivery.WHOLE ? new WholeReply(call, body) : new StreamReply(call, body, request);
    }

    private static void follow(Job job, Reply reply) throws IOException, InterruptedException {
        long beatNs = System.nanoTime();
        boolean open = true;
        while (open) {
            Optional<JobEvent> event = job.next(HEARTBEAT);
            if (event.isEmpty() && job.late()) {
                event = Optional.of(new JobEvent.Failed(job.timeout()));
            }
            open = event.isEmpty() || pass(event.get(), reply);
            // also between the parts of an answer that is collected and not written
            if (open && System.nanoTime() - beatNs >= HEARTBEAT.toNanos()) {
                reply.alive();
                beatNs = System.nanoTime();
            }
        }
    }

    /** @return whether more is to come */
    private static boolean pass(JobEvent event, Reply reply) throws IOException {
        switch (event) {
            case JobEvent.Read read -> reply.read(read);
            case JobEvent.Text text -> reply.text(text);
            case JobEvent.Done done -> reply.done(done);
            case JobEvent.Ended() -> reply.end();
            case JobEvent.Failed(ApiError error) -> reply.fail(error);
        }
        return !(event instanceof JobEvent.Ended || event instanceof JobEvent.Failed);
    }
}
