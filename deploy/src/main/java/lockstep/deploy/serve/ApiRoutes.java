package lockstep.deploy.serve;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import lockstep.deploy.http.ErrorBody;
import lockstep.deploy.http.Route;
import lockstep.deploy.http.WebCall;

/** What a served model answers to. */
public final class ApiRoutes {
    /** Turned away by the gate, in the words of this interface. */
    public static final ErrorBody ERRORS = (code, message) -> ApiError.refused(code, message).body();

    static final int MAX_BODY_BYTES = 4 << 20;
    private static final String VERSION = "/v1";
    private static final String MODELS = "/models";
    private static final String COMPLETIONS = "/completions";
    /** Integers that every JSON reader keeps. */
    private static final long SEEDS = 1L << 53;

    private ApiRoutes() {}

    /** @param key that clients have to show, where there is one */
    public static List<Route> of(ServedModel model, Engine engine, Optional<ApiKey> key, InstantSource clock) {
        SecureRandom random = new SecureRandom();
        CompletionRequestReader reader =
            new CompletionRequestReader(model.name(), engine.completer(), () -> random.nextLong(SEEDS));
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", List.of(about(model)));
        return List.of(
            route("POST", COMPLETIONS, MAX_BODY_BYTES, guarded(key, new CompletionHandler(model, engine, reader, clock))),
            route("GET", MODELS, 0, guarded(key, call -> call.json(200, Map.of(), list))),
            route("GET", MODELS + "/{model}", 0, guarded(key, call -> one(model, call))),
            Route.calls("GET", "/healthz", 0, call -> call.json(200, Map.of(), Map.of("working", "serves " + model.name()))));
    }

    /** Adds the path at which a client asks that was given the address without its {@code /v1}. */
    private static Route route(String method, String path, int maxBodyBytes, WebCall.Handler handler) {
        return Route.calls(method, VERSION + path, maxBodyBytes, handler).alsoAt(List.of(path));
    }

    private static void one(ServedModel model, WebCall call) throws IOException {
        String name = call.behind(MODELS + "/");
        if (!name.equals(model.name())) {
            throw ApiError.unknownModel(name, model.name());
        }
        call.json(200, Map.of(), about(model));
    }

    private static Map<String, Object> about(ServedModel model) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("id", model.name());
        about.put("object", "model");
        about.put("created", model.createdS());
        about.put("owned_by", "lockstep");
        return about;
    }

    private static WebCall.Handler guarded(Optional<ApiKey> key, WebCall.Handler handler) {
        return call -> {
            try {
                requireKey(key, call);
                handler.handle(call);
            } catch (ApiError e) {
                call.json(e.status(), e.headers(), e.body());
            }
        };
    }

    private static void requireKey(Optional<ApiKey> key, WebCall call) {
        if (key.isPresent() && !key.get().opens(call.header("Authorization").orElse(""))) {
            throw ApiError.unauthorized();
        }
    }
}
