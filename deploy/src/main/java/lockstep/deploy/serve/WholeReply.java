package lockstep.deploy.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.deploy.http.WebCall;

/**
 * One JSON object. While it is not there yet, blanks go ahead of it, which JSON allows: there is no other way to learn that a client has gone than to write to it.
 */
final class WholeReply implements Reply {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebCall call;
    private final CompletionBody body;
    private final List<Map<String, Object>> choices = new ArrayList<>();
    private Optional<OutputStream> begun = Optional.empty();
    private int drawn;

    WholeReply(WebCall call, CompletionBody body) {
        this.call = call;
        this.body = body;
    }

    /** Over HTTP/1.0 an answer that fails after its first blank would be an empty one with status 200, so none goes ahead there. */
    @Override
    public void alive() throws IOException {
        if (!call.showsCuts()) {
            return;
        }
        if (begun.isEmpty()) {
            begun = Optional.of(call.begin("application/json"));
        }
        OutputStream out = begun.get();
        out.write(' ');
        out.flush();
    }

    @Override
    public void read(JobEvent.Read read) {
        // comes as a whole
    }

    @Override
    public void text(JobEvent.Text text) {
        // likewise
    }

    @Override
    public void done(JobEvent.Done done) {
        choices.add(body.choice(done.choice(), done.completion()));
        drawn += done.completion().drawn();
    }

    @Override
    public void end() throws IOException {
        Map<String, Object> answer = body.withUsage(choices, drawn);
        if (begun.isEmpty()) {
            call.json(200, Map.of(), answer);
            return;
        }
        // before the stream is asked for: to close it says that the answer is whole
        byte[] bytes = JSON.writeValueAsBytes(answer);
        try (OutputStream out = begun.get()) {
            out.write(bytes);
        }
    }

    /** Once blanks have gone with a status of 200, a program can see by the cut alone that this is no answer; a person reads why. */
    @Override
    public void fail(ApiError error) throws IOException {
        if (begun.isEmpty()) {
            call.json(error.status(), error.headers(), error.body());
            return;
        }
        OutputStream out = begun.get();
        out.write(JSON.writeValueAsBytes(error.body()));
        out.flush();
        throw call.brokenOff();
    }
}
