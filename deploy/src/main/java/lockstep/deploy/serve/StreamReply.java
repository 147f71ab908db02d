package lockstep.deploy.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.deploy.http.WebCall;
import lockstep.deploy.serve.CompletionRequest.Delivery;

/** Server-sent events: one for each part of a text, then {@code [DONE]}. */
final class StreamReply implements Reply {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebCall call;
    private final CompletionBody body;
    private final CompletionRequest request;
    private Optional<OutputStream> begun = Optional.empty();
    private int drawn;

    StreamReply(WebCall call, CompletionBody body, CompletionRequest request) {
        this.call = call;
        this.body = body;
        this.request = request;
    }

    @Override
    public void alive() throws IOException {
        write(": still here\n\n");
    }

    @Override
    public void read(JobEvent.Read read) throws IOException {
        if (request.echoes()) {
            choice(body.echo(read.choice(), read.prompt()));
        }
    }

    @Override
    public void text(JobEvent.Text text) throws IOException {
        // tokens without a text, as the one that ends a document, are news to who asked for probabilities alone
        if (!text.text().isEmpty() || request.tellsProbabilities()) {
            choice(body.part(text.choice(), text.text(), text.tokens()));
        }
    }

    @Override
    public void done(JobEvent.Done done) throws IOException {
        drawn += done.completion().drawn();
        choice(body.end(done.choice(), done.completion().finish()));
    }

    @Override
    public void end() throws IOException {
        if (request.delivery() == Delivery.STREAM_WITH_USAGE) {
            event(body.withUsage(List.of(), drawn));
        }
        write("data: [DONE]\n\n");
        out().close();
    }

    @Override
    public void fail(ApiError error) throws IOException {
        if (begun.isEmpty()) {
            call.json(error.status(), error.headers(), error.body());
            return;
        }
        event(error.body());
        out().close();
    }

    private void choice(Map<String, Object> choice) throws IOException {
        Map<String, Object> part = body.with(List.of(choice));
        if (request.delivery() == Delivery.STREAM_WITH_USAGE) {
            part.put("usage", null); // as OpenAI's has it: known at the end
        }
        event(part);
    }

    private void event(Map<String, Object> object) throws IOException {
        write("data: " + JSON.writeValueAsString(object) + "\n\n");
    }

    private void write(String text) throws IOException {
        out().write(text.getBytes(StandardCharsets.UTF_8));
        out().flush();
    }

    private OutputStream out() throws IOException {
        if (begun.isEmpty()) {
            begun = Optional.of(call.begin("text/event-stream"));
        }
        return begun.get();
    }
}
