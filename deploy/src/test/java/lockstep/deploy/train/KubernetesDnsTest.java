package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * {@code --kubernetes-dns}, less Kubernetes: a name with two addresses, as a headless service of two pods has, that the JVM resolves from a file. Each node has an address of its own, in a network namespace, and they find
 * each other by Hazelcast's own plugin.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KubernetesDnsTest {
    private static final String SERVICE = "nodes.lockstep.svc.cluster.local";
    private static final List<String> DISCOVERY = List.of("--kubernetes-dns=" + SERVICE, "--port=5777");

    @TempDir
    private Path dir;

    @Test
    void nodes_find_each_other_by_the_addresses_of_one_name() throws IOException {
        Path text = TinyRun.text(dir);
        String host = InetAddress.getLocalHost().getHostName();
        Path hosts = Files.write(dir.resolve("hosts"),
            List.of("127.0.0.1 localhost", "127.0.0.1 " + host, "10.9.0.1 " + SERVICE, "10.9.0.2 " + SERVICE));
        Map<String, String> resolves = Map.of("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
        List<String> first = new ArrayList<>(ClusterRun.args(text, dir.resolve("out"), NodesTest.LENGTH));
        first.addAll(DISCOVERY);
        first.addAll(List.of("--expect=2", "--bind=10.9.0.1"));
        List<String> second = new ArrayList<>(DISCOVERY);
        second.add("--bind=10.9.0.2");
        try (Network network = Network.orSkip(2, dir); NodeProcess brings = NodeProcess.start(network.on(1), first, resolves)) {
            brings.address();
            try (NodeProcess joins = NodeProcess.start(network.on(2), second, resolves)) {
                assertEquals(0, brings.awaitExit(), brings::said);
                assertEquals(0, joins.awaitExit(), joins::said);
                assertTrue(joins.said().contains("verified by SHA-256"), joins::said);
                assertEquals(TinyRun.run(ClusterRun.command(text, dir.resolve("one"), NodesTest.LENGTH)).sha256(),
                    brings.await("weights sha256 "), brings::said);
            }
        }
    }

    @Test
    void an_address_that_is_not_this_machine_s_is_refused() {
        try (NodeProcess node = NodeProcess.start(List.of(), List.of("--expect=2", "--bind=192.0.2.1"), Map.of())) {
            assertEquals(2, node.awaitExit(), node::said);
            assertEquals("found 192.0.2.1, expected an address of a network interface of this machine", node.await("lockstep: --bind: "));
        }
    }
}
