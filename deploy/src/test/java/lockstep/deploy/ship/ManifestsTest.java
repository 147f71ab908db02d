package lockstep.deploy.ship;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import lockstep.coordinator.member.MemberSettings;
import lockstep.deploy.http.HostNames;
import lockstep.deploy.http.HttpAddress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What stands twice in the manifests, and what must agree with the code. */
class ManifestsTest {
    private static final String MEMBER = String.valueOf(MemberSettings.DEFAULT_PORT);
    private static final String HTTP = String.valueOf(HttpAddress.USUAL_PORT);

    private static String option(List<String> arguments, String option) {
        return arguments.stream().filter(each -> each.startsWith(option + "=")).map(each -> each.substring(option.length() + 1)).findFirst()
            .orElseThrow(() -> new AssertionError(option + " is missing in " + arguments));
    }

    @Test
    void theImageOpensThePortsThatTheNodesListenOn() {
        assertTrue(Shipped.lines(Shipped.DOCKERFILE).contains("EXPOSE " + MEMBER + " " + HTTP));
        for (List<String> arguments : List.of(Shipped.strings(Shipped.at(Shipped.container(), "args")),
            Shipped.strings(Shipped.at(Shipped.services().get("node-1"), "command")))) {
            assertEquals(MEMBER, option(arguments, "--port"));
            assertEquals(HTTP, option(arguments, "--http-port"));
        }
    }

    /** Two nodes that begin a run each, on volumes of their own, would refuse each other after an end of all. */
    @Test
    void oneNodeBeginsTheRunAndTheOthersLookForIt() {
        assertEquals(List.of("node-1"), Shipped.services().entrySet().stream()
            .filter(
                service -> Shipped.strings(Shipped.at(service.getValue(), "command")).stream().anyMatch(each -> each.startsWith("--text=")))
            .map(Map.Entry::getKey).toList());
        assertTrue(Shipped.strings(Shipped.at(Shipped.container(), "args")).stream().noneMatch(each -> each.startsWith("--text")));
        String entry = Shipped.lines(Shipped.DOCKERFILE).stream().filter(line -> line.startsWith("ENTRYPOINT ")).findFirst().orElseThrow();
        String java = entry.replaceAll("ENTRYPOINT|[\\[\\]\",]", " ").strip().replaceAll(" +", " ");
        assertTrue(Shipped.podScript().endsWith("exec " + java + " \"$@\""), java);
    }

    /** As the shell does it. */
    @Test
    void theShellGivesTheFirstPodAloneTheText() throws IOException, InterruptedException {
        for (Map.Entry<String, String> pod : Map.of("lockstep-0", "train --x --text=/data/text.txt", "lockstep-10", "train --x")
            .entrySet()) {
            String script = Shipped.podScript().replaceFirst("exec .* (\"\\$@\")$", "echo $1");
            ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", script, "lockstep", "train", "--x");
            shell.environment().put("POD_NAME", pod.getKey());
            Process process = shell.start();
            assertEquals(pod.getValue(), new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            assertEquals(0, process.waitFor());
        }
    }

    @Test
    void theServiceHasTheRuntimeOfTheImage() {
        String jlink = Shipped.lines(Shipped.DOCKERFILE).stream().filter(line -> line.startsWith("RUN jlink ")).findFirst().orElseThrow();
        List<String> documented = Shipped.lines(Shipped.ROOT.resolve("deploy/README.md"));
        assertTrue(documented.contains(jlink.substring("RUN ".length())), "deploy/README.md lacks: " + jlink);
    }

    /** There the JVM starts without the launcher, and services and containers have no locale of their own. */
    @Test
    void imageAndServiceSetALocaleOfUtf8() {
        assertTrue(Shipped.lines(Shipped.DOCKERFILE).contains("ENV LC_ALL=C.UTF-8"));
        assertTrue(Shipped.lines(Shipped.ROOT.resolve("deploy/lockstep.service")).contains("Environment=LC_ALL=C.UTF-8"));
        for (String manifest : List.of("compose.yaml", "kubernetes.yaml")) {
            assertTrue(
                Shipped.lines(Shipped.ROOT.resolve("deploy/" + manifest)).stream()
                    .noneMatch(line -> line.contains("LC_") || line.contains("LANG")),
                manifest + " leaves the locale of the image");
        }
    }

    @Test
    void composeJoinsTheAddressesThatItGivesOut() {
        TreeSet<String> addresses = new TreeSet<>();
        for (Map.Entry<String, Object> service : Shipped.services().entrySet()) {
            List<String> arguments = Shipped.strings(Shipped.at(service.getValue(), "command"));
            String address = (String) Shipped.at(service.getValue(), "networks/cluster/ipv4_address");
            assertEquals(address, option(arguments, "--bind"), service.getKey());
            addresses.add(address);
        }
        for (Map.Entry<String, Object> service : Shipped.services().entrySet()) {
            List<String> arguments = Shipped.strings(Shipped.at(service.getValue(), "command"));
            assertEquals(String.join(",", addresses), option(arguments, "--join"), service.getKey());
            assertEquals(String.valueOf(addresses.size()), option(arguments, "--expect"), service.getKey());
        }
    }

    /** Compose gives a node its service's name, a headless service of Kubernetes gives each pod one below its own. No page of a browser can have such a name. */
    @Test
    void nodesAnswerToTheNamesThatTheirPlatformGivesThem() {
        for (Object service : Shipped.services().values()) {
            HostNames names = HostNames.parse(option(Shipped.strings(Shipped.at(service, "command")), HostNames.OPTION));
            for (String name : Shipped.services().keySet()) {
                assertTrue(names.include(name + ":" + HTTP), name);
            }
            assertTrue(names.include("host.docker.internal:" + HTTP));
            assertFalse(names.include("evil.example"));
        }
        HostNames names = HostNames.parse(option(Shipped.strings(Shipped.at(Shipped.container(), "args")), HostNames.OPTION));
        String service = (String) Shipped.at(Shipped.kind("Service"), "metadata/name");
        String namespace = (String) Shipped.at(Shipped.kind("Service"), "metadata/namespace");
        for (String below : List.of("", "." + namespace, "." + namespace + ".svc", "." + namespace + ".svc.cluster.local")) {
            assertTrue(names.include(service + below + ":" + HTTP), service + below);
            assertTrue(names.include(service + "-0." + service + below), service + "-0." + service + below);
        }
        assertFalse(names.include("evil.example"));
    }

    @Test
    void theSecretOfComposeGetsIntoNoCommitAndNoImage() {
        assertEquals("./cluster.secret", Shipped.at(Shipped.yaml(Shipped.COMPOSE).getFirst(), "secrets/lockstep/file"));
        assertTrue(Shipped.lines(Shipped.ROOT.resolve(".gitignore")).contains("/deploy/cluster.secret"));
        assertTrue(Shipped.lines(Shipped.ROOT.resolve(".dockerignore")).contains("deploy/cluster.secret"));
    }

    @Test
    void composeShowsItsStatusToThisMachineAlone() {
        assertEquals(List.of("127.0.0.1:" + HTTP + ":" + HTTP), Shipped.at(Shipped.services().get("node-1"), "ports"));
        String check = Shipped.strings(Shipped.at(Shipped.services().get("node-1"), "healthcheck/test")).getLast();
        assertTrue(
            check.contains("/dev/tcp/127.0.0.1/" + HTTP) && check.contains("GET /healthz HTTP/1.0") && check.contains("Host: localhost"),
            check);
    }

    @Test
    void kubernetesProbesOurOwnHealth() {
        Map<String, Object> container = Shipped.map(Shipped.container());
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            String path = probe.equals("readinessProbe") ? "/readyz" : "/healthz";
            assertEquals(path, Shipped.at(container, probe + "/httpGet/path"), probe);
            assertEquals("http", Shipped.at(container, probe + "/httpGet/port"), probe);
        }
        assertEquals(List.of(Map.of("name", "member", "containerPort", MemberSettings.DEFAULT_PORT),
            Map.of("name", "http", "containerPort", HttpAddress.USUAL_PORT)), Shipped.at(container, "ports"));
    }

    @Test
    void kubernetesPodsFindEachOtherByTheServicesName() {
        Map<String, Object> service = Shipped.kind("Service");
        Map<String, Object> set = Shipped.kind("StatefulSet");
        List<String> arguments = Shipped.strings(Shipped.at(Shipped.container(), "args"));
        String name = Shipped.at(service, "metadata/name") + "." + Shipped.at(service, "metadata/namespace") + ".svc.cluster.local";
        assertEquals(name, option(arguments, "--kubernetes-dns"));
        assertEquals(Shipped.at(service, "metadata/name"), Shipped.at(set, "spec/serviceName"));
        assertEquals("None", Shipped.at(service, "spec/clusterIP"));
        assertEquals(true, Shipped.at(service, "spec/publishNotReadyAddresses"));
        Object labels = Shipped.at(set, "spec/template/metadata/labels");
        assertEquals(labels, Shipped.at(service, "spec/selector"));
        assertEquals(labels, Shipped.at(set, "spec/selector/matchLabels"));
        assertEquals(labels, Shipped.at(Shipped.kind("NetworkPolicy"), "spec/podSelector/matchLabels"));
        assertEquals(String.valueOf(Shipped.at(set, "spec/replicas")), option(arguments, "--expect"));
    }

    @Test
    void whatANodeReadsAndWritesIsMounted() {
        List<String> arguments = Shipped.firstPodsArguments();
        List<String> mounts = ((List<?>) Shipped.at(Shipped.container(), "volumeMounts")).stream()
            .map(mount -> (String) Shipped.at(mount, "mountPath")).toList();
        for (String option : List.of("--text", "--out", "--secret-file")) {
            String path = option(arguments, option);
            assertTrue(mounts.stream().anyMatch(mount -> path.startsWith(mount + "/")), option + "=" + path + " is on none of " + mounts);
        }
        assertEquals("/run/secrets/lockstep",
            option(Shipped.strings(Shipped.at(Shipped.services().get("node-1"), "command")), "--secret-file"));
    }

    @Test
    void nobodyRunsAsRootAndEverybodyHasTimeToEndAStep() {
        String user = Shipped.lines(Shipped.DOCKERFILE).stream().filter(line -> line.startsWith("USER ")).findFirst().orElseThrow();
        Map<String, Object> pod = Shipped.map(Shipped.at(Shipped.kind("StatefulSet"), "spec/template/spec"));
        assertEquals(user, "USER " + Shipped.at(pod, "securityContext/runAsUser") + ":" + Shipped.at(pod, "securityContext/runAsGroup"));
        assertEquals(true, Shipped.at(pod, "securityContext/runAsNonRoot"));
        assertEquals(300, Shipped.at(pod, "terminationGracePeriodSeconds"));
        assertEquals("5m", Shipped.at(Shipped.services().get("node-1"), "stop_grace_period"));
        assertTrue(Shipped.lines(Shipped.SYSTEMD).contains("TimeoutStopSec=300"));
        assertTrue(Shipped.lines(Shipped.SYSTEMD).contains("DynamicUser=yes"));
    }
}
