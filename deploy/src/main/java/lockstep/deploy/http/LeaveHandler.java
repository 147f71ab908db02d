package lockstep.deploy.http;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

/** Retires a node for who proves to know the secret. */
final class LeaveHandler implements HttpHandler {
    private final ClusterView view;
    private final Nonces nonces;
    private final LeaveProof proof;

    LeaveHandler(ClusterView view, Nonces nonces, LeaveProof proof) {
        this.view = view;
        this.nonces = nonces;
        this.proof = proof;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Optional<LeaveRequest> request = read(exchange);
        if (request.isEmpty()) {
            Answers.error(exchange, Answers.BAD_REQUEST, "body: expected {\"node\": …, \"nonce\": …, \"proof\": …}");
        } else if (!nonces.isGood(request.get().nonce())) {
            Answers.error(exchange, Answers.FORBIDDEN, "nonce: not one of this node's, or older than " + Nonces.LIFE.toSeconds() + " s");
        } else if (!proof.verifies(request.get().nonce(), request.get().node(), request.get().proof())) {
            Answers.error(exchange, Answers.FORBIDDEN, "proof: this is not the cluster's secret");
        } else if (!nonces.use(request.get().nonce())) {
            Answers.error(exchange, Answers.FORBIDDEN, "nonce: was used already");
        } else {
            answer(exchange, request.get().node());
        }
    }

    private void answer(HttpExchange exchange, String node) throws IOException {
        switch (view.leave(node)) {
            case Departure.Asked(String said) -> Answers.json(exchange, Answers.ACCEPTED, Map.of("said", said));
            case Departure.UnknownNode() -> Answers.error(exchange, Answers.NOT_FOUND, "node: no node of this run has that name");
            case Departure.Refused(String why) -> Answers.error(exchange, Answers.CONFLICT, "node: " + why);
        }
    }

    private static Optional<LeaveRequest> read(HttpExchange exchange) throws IOException {
        byte[] body = RequestBody.read(exchange, LeaveRequest.MAX_BYTES);
        try {
            return Optional.ofNullable(Answers.JSON.readValue(body, LeaveRequest.class)).filter(LeaveRequest::isWhole);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
