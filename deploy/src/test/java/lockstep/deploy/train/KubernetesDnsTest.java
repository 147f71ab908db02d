package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
 * {@code --kubernetes-dns}, less Kubernetes: a name with two addresses, as a headless service of two pods has, that the JVM resolves from a file. Nodes have an address of their own each (only Linux listens on all of
 * 127.0.0.0/8 unasked) and find each other by Hazelcast's own plugin.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KubernetesDnsTest {
    private static final String SERVICE = "nodes.lockstep.svc.cluster.local";

    @TempDir
    private Path dir;

    @Test
    void nodes_find_each_other_by_the_addresses_of_one_name() throws IOException {
        Path text = TinyRun.text(dir);
        String host = InetAddress.getLocalHost().getHostName();
        Path hosts = Files.write(dir.resolve("hosts"),
            List.of("127.0.0.1 localhost", "127.0.0.1 " + host, "127.0.0.2 " + SERVICE, "127.0.0.3 " + SERVICE));
        Map<String, String> resolves = Map.of("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
        List<String> discovery = List.of("--kubernetes-dns=" + SERVICE, "--port=" + freePort());
        List<String> first = new ArrayList<>(ClusterRun.args(text, dir.resolve("out"), NodesTest.LENGTH));
        first.addAll(discovery);
        first.addAll(List.of("--expect=2", "--bind=127.0.0.2"));
        List<String> second = new ArrayList<>(discovery);
        second.add("--bind=127.0.0.3");
        try (NodeProcess brings = NodeProcess.start(List.of(), first, resolves)) {
            brings.address();
            try (NodeProcess joins = NodeProcess.start(List.of(), second, resolves)) {
                assertEquals(0, brings.awaitExit(), brings::said);
                assertEquals(0, joins.awaitExit(), joins::said);
                assertTrue(joins.said().contains("verified by SHA-256"), joins::said);
                assertEquals(TinyRun.run(ClusterRun.command(text, dir.resolve("one"), NodesTest.LENGTH)).sha256(),
                    brings.await("weights sha256 "), brings::said);
            }
        }
    }

    /** On both addresses, a moment ago. */
    private static int freePort() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"));
            ServerSocket other = new ServerSocket(one.getLocalPort(), 1, InetAddress.getByName("127.0.0.3"))) {
            return other.getLocalPort();
        }
    }
}
