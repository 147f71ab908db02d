package lockstep.deploy.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import lockstep.common.UserError;
import lockstep.common.text.NamedText;

/** Options that say the same thing in two ways. */
final class Conflicts {
    /** Each option, and what it leaves no room for. */
    private static final Map<String, List<String>> EXCLUDES = Map.of(
        "--model", List.of("--layers", "--heads", "--channels"),
        "--text", List.of("--data", "--val-data"),
        "--field", List.of("--data", "--val-data"),
        "--bad-lines", List.of("--data", "--val-data"),
        "--delimiter", List.of("--data", "--val-data"),
        "--json-as", List.of("--data", "--val-data"),
        "--epochs", List.of("--steps"),
        "--total-batch", List.of("--micro-batches"),
        "--resume", List.of("--config", "--out"));

    /** How to read a text that a path leads to. A text that goes by a name has its own way. */
    private static final List<String> OF_A_PATH = List.of("--field", "--bad-lines", "--delimiter", "--json-as");

    private Conflicts() {}

    /** @throws UserError with the first pair that contradicts itself */
    static void refuse(TrainOptions o) {
        WhatOptions what = o.what;
        pair("--model", what.model, "--layers", what.layers);
        pair("--model", what.model, "--heads", what.heads);
        pair("--model", what.model, "--channels", what.channels);
        pair("--text", what.text, "--data", what.data);
        pair("--text", what.text, "--val-data", what.valData);
        pair("--field", what.field, "--data", what.data);
        pair("--bad-lines", what.badLines, "--data", what.data);
        pair("--delimiter", what.delimiter, "--data", what.data);
        pair("--json-as", what.jsonAs, "--data", what.data);
        pair("--epochs", o.length.epochs, "--steps", o.length.steps);
        pair("--total-batch", o.length.totalBatch, "--micro-batches", o.length.microBatches);
        besideNodes(o.cluster);
        besideText("--field", what.field, what);
        besideText("--bad-lines", what.badLines, what);
        besideText("--delimiter", what.delimiter, what);
        besideText("--json-as", what.jsonAs, what);
        if (what.valData.isPresent() && what.data.isEmpty()) {
            throw Expect.wrong("--val-data", what.valData.get(), "--data beside it");
        }
    }

    /** The processes of --nodes find each other by themselves, on the loopback, with a secret of their own. */
    private static void besideNodes(ClusterOptions cluster) {
        if (cluster.member.isEmpty()) {
            pair("--nodes", cluster.nodes, "--join", cluster.join);
            pair("--nodes", cluster.nodes, "--kubernetes-dns", cluster.kubernetesDns);
            pair("--nodes", cluster.nodes, "--expect", cluster.expect);
            pair("--nodes", cluster.nodes, "--bind", cluster.bind);
            pair("--nodes", cluster.nodes, "--port", cluster.port);
            pair("--nodes", cluster.nodes, "--secret-file", cluster.secretFile);
        }
    }

    private static void besideText(String option, Optional<String> value, WhatOptions what) {
        if (value.isPresent() && what.text.isEmpty()) {
            throw Expect.wrong(option, value.get(), "--text beside it");
        }
    }

    /** What a configuration file may no longer say once these options stand on the command line. */
    static Set<String> displacedBy(Map<String, String> options) {
        Set<String> given = options.keySet();
        Set<String> displaced = new TreeSet<>();
        EXCLUDES.forEach((option, excluded) -> {
            if (given.contains(option)) {
                displaced.addAll(excluded);
            }
            if (excluded.stream().anyMatch(given::contains)) {
                displaced.add(option);
            }
        });
        if (NamedText.named(options.getOrDefault("--text", "")).isPresent()) {
            displaced.addAll(OF_A_PATH);
        }
        if (given.contains("--micro-batches") || given.contains("--total-batch")) {
            displaced.add("--groups");
        }
        return displaced;
    }

    /** The option's partner on the same command line, if it has one. */
    static Optional<String> partner(String option, Set<String> given) {
        return EXCLUDES.getOrDefault(option, List.of()).stream().filter(given::contains).findFirst();
    }

    private static void pair(String a, Optional<?> valueOfA, String b, Optional<?> valueOfB) {
        if (valueOfA.isPresent() && valueOfB.isPresent()) {
            throw new UserError(a + ": found " + valueOfA.get() + " beside " + b + " " + valueOfB.get() + ", expected one of the two");
        }
    }
}
