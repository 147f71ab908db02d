package lockstep.coordinator.member;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;

/** The settings of a member that opens one port to its own kind and does nothing that was not asked for. */
final class HazelcastConfig {
    /** A host that was cut off is noticed this long after its last heartbeat; less would take a pause of the JVM, or a starved processor, for a death. */
    static final int SILENCE_SECONDS = Integer.getInteger("lockstep.silence.seconds", 20); // a property for tests alone
    private static final String MERGE_SECONDS = String.valueOf(Integer.getInteger("lockstep.merge.seconds", 10));
    private static final int HEARTBEAT_SECONDS = 1;
    /** Refused connections after which Hazelcast takes a member for dead, one in a tenth of a second. A property for tests alone, of what becomes of a death that Hazelcast doesn't notice. */
    private static final String FAULTS = String.valueOf(Integer.getInteger("lockstep.connection.faults", 3));
    /**
     * How long the next oldest asks the others to follow it once the oldest is silent, and also how often: so many times, the first five of them at once and later ones 0.5 s apart. Each of the others refuses until it, too, takes the
     * oldest for dead, up to a heartbeat later, and who still refuses at the last time is left out: with four times the survivors lose each other nearly always, with these they have eight seconds. Who falls
     * silent meanwhile isn't waited for.
     */
    private static final int CLAIM_SECONDS = 30;
    /** Also the size of Hazelcast's own buffers beside the kernel's, which should leave room in the core's second cache; see docs/log.md. */
    private static final int SOCKET_BUFFER_KB = 1024;

    private HazelcastConfig() {}

    static Config of(MemberSettings settings) {
        // not Config.load(): no file, system property or environment variable is looked for
        Config config = new Config();
        config.setClusterName(settings.clusterName() + "-" + settings.secret().clusterTag(settings.clusterName()));
        properties().forEach(config::setProperty);
        network(config.getAdvancedNetworkConfig(), settings);
        config.getSerializationConfig()
            .setByteOrder(ByteOrder.LITTLE_ENDIAN)
            .setAllowUnsafe(false)
            .setJavaSerializationFilterConfig(ErrorReplies.filter());
        config.getSerializationConfig().getCompactSerializationConfig().setZeroConfigFilter(ErrorReplies.nothing());
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false).setDataAccessEnabled(false);
        config.getIntegrityCheckerConfig().setEnabled(false);
        return config;
    }

    private static void network(AdvancedNetworkConfig network, MemberSettings settings) {
        ServerSocketEndpointConfig members = new ServerSocketEndpointConfig();
        members.setPort(settings.port()).setPortAutoIncrement(settings.port() > 0).setPortCount(MemberSettings.PORTS);
        members.setReuseAddress(true);
        members.setSocketTcpNoDelay(true);
        members.setSocketBufferDirect(true);
        members.setSocketSendBufferSizeKb(SOCKET_BUFFER_KB).setSocketRcvBufferSizeKb(SOCKET_BUFFER_KB);
        members.getInterfaces().setEnabled(true).addInterface(settings.bindAddress());
        network.setEnabled(true);
        // a new map: the one that is there has an endpoint for clients
        network.setEndpointConfigs(Map.of());
        network.setMemberEndpointConfig(members);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(settings.kubernetesDns().isEmpty()).setMembers(settings.peers());
        settings.kubernetesDns().ifPresent(service -> join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", service)
            .setProperty("service-port", String.valueOf(settings.port())));
    }

    private static Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        properties.put("hazelcast.logging.type", "slf4j");
        properties.put("hazelcast.logging.emoji.enabled", "false");
        properties.put("hazelcast.phone.home.enabled", "false");
        properties.put("hazelcast.shutdownhook.enabled", "false");
        properties.put("hazelcast.socket.bind.any", "false");
        properties.put("hazelcast.socket.buffer.direct", "true");
        properties.put("hazelcast.wait.seconds.before.join", "0");
        properties.put("hazelcast.max.join.seconds", "30");
        properties.put("hazelcast.heartbeat.interval.seconds", String.valueOf(HEARTBEAT_SECONDS));
        properties.put("hazelcast.max.no.heartbeat.seconds", String.valueOf(SILENCE_SECONDS));
        properties.put("hazelcast.heartbeat.failuredetector.type", "deadline");
        properties.put("hazelcast.connection.monitor.max.faults", FAULTS);
        properties.put("hazelcast.mastership.claim.timeout.seconds", String.valueOf(CLAIM_SECONDS));
        // two halves of a cluster that was cut look for each other after seconds, not after five minutes
        properties.put("hazelcast.merge.first.run.delay.seconds", MERGE_SECONDS);
        properties.put("hazelcast.merge.next.run.delay.seconds", MERGE_SECONDS);
        properties.put("hazelcast.graceful.shutdown.max.wait", "10");
        properties.put("hazelcast.cluster.shutdown.timeout.seconds", "10");
        // we keep no data in Hazelcast: the fewest partitions, and few threads, for the cores belong to training
        properties.put("hazelcast.partition.count", "2");
        properties.put("hazelcast.operation.thread.count", "2");
        properties.put("hazelcast.operation.generic.thread.count", "2");
        properties.put("hazelcast.operation.response.thread.count", "1");
        properties.put("hazelcast.io.thread.count", "1");
        properties.put("hazelcast.event.thread.count", "1");
        properties.put("hazelcast.clientengine.thread.count", "1");
        properties.put("hazelcast.clientengine.query.thread.count", "1");
        properties.put("hazelcast.clientengine.blocking.thread.count", "1");
        properties.put("hazelcast.network.stats.refresh.interval.seconds", "30");
        return properties;
    }
}
