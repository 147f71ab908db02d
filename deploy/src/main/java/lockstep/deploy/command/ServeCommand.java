package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;
import lockstep.deploy.complete.Completer;
import lockstep.deploy.http.GateRules;
import lockstep.deploy.http.HostNames;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.http.Origins;
import lockstep.deploy.model.StoredModel;
import lockstep.deploy.serve.ApiKey;
import lockstep.deploy.serve.ApiRoutes;
import lockstep.deploy.serve.Engine;
import lockstep.deploy.serve.ServedModel;
import lockstep.node.generate.Generator;
import lockstep.node.generate.TextGenerator;
import lockstep.node.parallel.Workers;

/** {@code lockstep serve}: a model for clients of OpenAI's interface. */
@Command(
    name = "serve",
    description = {"Answers OpenAI's /v1/completions (whole or as a stream) and /v1/models with a model, until Ctrl-C.", "",
        "One request is computed at a time and others wait. A field that is not supported is refused, never ignored. With \"seed\" the same request gets the same text."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Examples:", "  lockstep serve runs/bard",
        "  curl http://127.0.0.1:8080/v1/completions -H 'Content-Type: application/json' -d '{\"model\": \"bard\", \"prompt\": \"ROMEO:\", \"max_tokens\": 100}'"})
public final class ServeCommand implements Callable<Integer> {
    private static final int TIMEOUT_SECONDS = 600;
    private static final int MOST_TIMEOUT_SECONDS = 24 * 3600;
    private static final int WAITING = 256;
    private static final int MOST_WAITING = 1024;
    /** To write an answer that was ready in the last moment. */
    private static final int SPARE_SECONDS = 30;

    @Option(names = "--name", paramLabel = "NAME",
        description = "What clients call the model, as in org/model or model:tag. Default: the name of MODEL's last directory or file.")
    private String name;

    @Option(names = "--port", paramLabel = "PORT",
        description = "Port to listen on; 0 for any that is free. Default: " + HttpAddress.USUAL_PORT + ".")
    private int port = HttpAddress.USUAL_PORT;

    @Option(names = "--bind", paramLabel = "ADDRESS",
        description = "Address to listen on; 0.0.0.0 for all. Plain HTTP: who listens on the network reads everything. Default: "
            + HttpAddress.LOOPBACK + ".")
    private String bind = HttpAddress.LOOPBACK;

    @Option(names = "--api-key-file", paramLabel = "FILE",
        description = "A file with the key that clients have to show. Default: none, everybody who reaches the port may ask.")
    private Path apiKeyFile;

    @Option(names = HostNames.OPTION, paramLabel = HostNames.LABEL,
        description = HostNames.HELP + " Default: none; with --api-key-file any, since a page has no key.")
    private String hosts;

    @Option(names = Origins.OPTION, paramLabel = "ORIGIN,...",
        description = "Origins of web pages that may use the model from a browser (CORS), as in http://localhost:3000. Default: none.")
    private String origins;

    @Option(names = "--waiting", paramLabel = "N",
        description = "Requests that may wait for the one that is computed; others get 429. Default: " + WAITING + ".")
    private int waiting = WAITING;

    @Option(names = "--timeout", paramLabel = "SECONDS",
        description = "How long a request may take, its waiting included. Default: " + TIMEOUT_SECONDS + ".")
    private int timeoutSeconds = TIMEOUT_SECONDS;

    @Mixin
    private ModelOptions model;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        model.requireSense();
        Options.inRange("--waiting", waiting, 1, MOST_WAITING);
        Options.inRange("--timeout", timeoutSeconds, 1, MOST_TIMEOUT_SECONDS);
        HttpAddress address = HttpAddress.of("--port", bind, port, 0);
        Optional<ApiKey> key = Optional.ofNullable(apiKeyFile).map(ApiKey::read);
        GateRules rules = new GateRules(hosts(), origins == null ? Origins.NONE : Origins.parse(origins), ApiRoutes.ERRORS);
        StoredModel stored = model.find(spec.commandLine().getErr());
        Tokenizer tokenizer = model.tokenizer(stored);
        ModelShape shape = stored.shape();
        float[] params = stored.weights(Generator.bytes(shape, shape.maxT(), model.threads()));
        ServedModel served = new ServedModel(servedName(), "sha256:" + ModelFile.weightsSha256(params), createdS(stored.file()));
        HttpEndpoint.allowAnswers(timeoutSeconds + SPARE_SECONDS);
        PrintWriter err = spec.commandLine().getErr();
        stored.warning(tokenizer).ifPresent(text -> err.println("lockstep: " + text));
        try (Workers workers = new Workers(model.threads());
            Engine engine = new Engine(
                new Completer(new TextGenerator(new Generator(shape, params, workers)), tokenizer, stored.endTokens(tokenizer)), waiting,
                Duration.ofSeconds(timeoutSeconds), err::println);
            HttpEndpoint endpoint = HttpEndpoint.open(new HttpEndpoint.Options("--port", "--bind"), address,
                ApiRoutes.of(served, engine, key, InstantSource.system()), rules)) {
            announce(served, new HttpAddress(bind, endpoint.port()), key.isPresent());
            new CountDownLatch(1).await(); // for the signal that ends the process
        }
        return 0;
    }

    private HostNames hosts() {
        if (hosts != null) {
            return HostNames.parse(hosts);
        }
        return apiKeyFile == null ? HostNames.NONE : HostNames.ANY;
    }

    private void announce(ServedModel served, HttpAddress at, boolean locked) {
        PrintWriter out = spec.commandLine().getOut();
        if (!at.host().equals(HttpAddress.LOOPBACK) && !locked) {
            spec.commandLine().getErr()
                .println("lockstep: --bind " + at.host() + " without --api-key-file: whoever reaches the port can use the model");
        }
        out.println("model " + served.name() + " at http://" + at + "/v1 until Ctrl-C");
        out.flush();
    }

    private String servedName() {
        String last = name == null ? model.path().toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.bin$", "") : name;
        String plain = name == null ? last.replaceAll("[^A-Za-z0-9._-]", "-") : last;
        // as in org/model and model:tag; a path with a slash at its end is the one without it
        if (!plain.matches("[^\\p{Z}\\p{C}]{1,200}") || plain.endsWith("/")) {
            throw new UserError("--name: found '" + Utf8Stream.printable(plain)
                + "', expected up to 200 characters without blanks and no slash at the end, as in my-org/my-model:v2");
        }
        return plain;
    }

    private static long createdS(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant().getEpochSecond();
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }
}
