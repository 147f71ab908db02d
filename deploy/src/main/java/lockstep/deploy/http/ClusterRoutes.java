package lockstep.deploy.http;

import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpHandler;

import lockstep.coordinator.secret.Secret;

/** What every node answers to. */
public final class ClusterRoutes {
    static final String HEALTH = "/healthz";
    static final String READY = "/readyz";
    static final String STATUS = "/status";
    static final String NONCE = "/nonce";
    static final String LEAVE = "/leave";

    private ClusterRoutes() {}

    /** Of a run that has no secret, and so nobody who could prove that he may change it. */
    public static List<Route> of(ClusterView view) {
        HttpHandler closed = exchange -> Answers.error(exchange, Answers.FORBIDDEN,
            "this run has no secret to prove, so nobody can ask for a node's departure: end it by Ctrl-C or SIGTERM");
        return List.of(health(view), ready(view), status(view), Route.get(NONCE, closed),
            new Route("POST", List.of(LEAVE), LeaveRequest.MAX_BYTES, closed));
    }

    public static List<Route> of(ClusterView view, Secret secret) {
        Nonces nonces = new Nonces(System::nanoTime);
        return List.of(health(view), ready(view), status(view),
            Route.get(NONCE, exchange -> Answers.json(exchange, Answers.OK, Map.of("nonce", nonces.issue()))),
            new Route("POST", List.of(LEAVE), LeaveRequest.MAX_BYTES, new LeaveHandler(view, nonces, new LeaveProof(secret))));
    }

    /** What there is to read, of a process that is no node of the run and can retire none. */
    public static List<Route> reading(ClusterView view) {
        return List.of(health(view), ready(view), status(view));
    }

    private static Route status(ClusterView view) {
        return Route.get(STATUS, exchange -> Answers.json(exchange, Answers.OK, view.status()));
    }

    private static Route ready(ClusterView view) {
        return Route.get(READY, exchange -> {
            switch (view.readiness()) {
                case Readiness.Ready(String as) -> Answers.json(exchange, Answers.OK, Map.of("ready", as));
                case Readiness.NotReady(String why) -> Answers.json(exchange, Answers.UNAVAILABLE, Map.of("notReady", why));
            }
        });
    }

    private static Route health(ClusterView view) {
        return Route.get(HEALTH, exchange -> {
            switch (view.health()) {
                case Health.Working(String at) -> Answers.json(exchange, Answers.OK, Map.of("working", at));
                case Health.Waiting(String what) -> Answers.json(exchange, Answers.OK, Map.of("waiting", what));
                case Health.Stuck(String why) -> Answers.json(exchange, Answers.UNAVAILABLE, Map.of("stuck", why));
            }
        });
    }
}
