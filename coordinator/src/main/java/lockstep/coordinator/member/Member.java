package lockstep.coordinator.member;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Consumer;

import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;

import lockstep.common.UserError;

/**
 * This process as a member of the cluster. Whoever comes first starts the cluster, and no peer need be up. Being a member says nothing about who one is: Hazelcast's Community
 * Edition asks for the cluster's name alone, so that a peer counts for nothing until the handshake of {@code lockstep.coordinator.call}.
 */
public final class Member implements AutoCloseable {
    /** How long a member may be silent before the others take it for dead. */
    public static final int SILENCE_SECONDS = HazelcastConfig.SILENCE_SECONDS;

    private final HazelcastInstance instance;

    private Member(HazelcastInstance instance) {
        this.instance = instance;
    }

    /**
     * @param further what other packages need configured before the member is one
     * @throws UserError when it can't listen where it was told to
     */
    public static Member start(MemberSettings settings, Consumer<Config> further) {
        requireOurs(settings.bindAddress());
        Config config = HazelcastConfig.of(settings);
        further.accept(config);
        try {
            return new Member(Hazelcast.newHazelcastInstance(config));
        } catch (HazelcastException e) {
            throw new UserError("cannot start a member on " + settings.bindAddress() + ":" + settings.port() + ": " + e.getMessage(), e);
        }
    }

    private static void requireOurs(String bindAddress) {
        try {
            if (NetworkInterface.getByInetAddress(InetAddress.getByName(bindAddress)) == null) {
                throw new UserError("--bind: found " + bindAddress + ", expected an address of a network interface of this machine");
            }
        } catch (UnknownHostException e) {
            throw new UserError("--bind: found " + bindAddress + ", expected an address of this machine; that name is unknown", e);
        } catch (SocketException e) {
            throw new UserError("--bind: cannot list this machine's network interfaces: " + e.getMessage(), e);
        }
    }

    public Peer self() {
        return peer(instance.getCluster().getLocalMember());
    }

    /** All members, this one too, oldest first: the same order everywhere, though views may differ for a moment. */
    public List<Peer> peers() {
        return instance.getCluster().getMembers().stream().map(Member::peer).toList();
    }

    /** Whether the peer is a member as far as is known here. */
    public boolean has(UUID id) {
        return instance.getCluster().getMembers().stream().anyMatch(member -> member.getUuid().equals(id));
    }

    public void listen(MembershipListener listener) {
        instance.getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberAdded(MembershipEvent event) {
                listener.joined(peer(event.getMember()));
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                listener.left(peer(event.getMember()));
            }
        });
    }

    /** For packages of this module that bring Hazelcast parts of their own. */
    public HazelcastInstance hazelcast() {
        return instance;
    }

    /** @throws NoSuchElementException when the peer has left */
    public com.hazelcast.cluster.Member hazelcastMember(UUID id) {
        return instance.getCluster().getMembers().stream().filter(member -> member.getUuid().equals(id)).findFirst().orElseThrow();
    }

    private static Peer peer(com.hazelcast.cluster.Member member) {
        return new Peer(member.getUuid(), member.getAddress().getHost(), member.getAddress().getPort());
    }

    /** Leaves without waiting for the others: we keep nothing in Hazelcast that would have to move first. */
    @Override
    public void close() {
        silenceLateReplies();
        instance.getLifecycleService().terminate();
    }

    /** A reply that is under way when the member ends can't be sent any more, and Hazelcast's thread dies of that with a stack trace. Whatever else these threads die of is still told. */
    private void silenceLateReplies() {
        String ours = "hz." + instance.getName() + ".";
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(ours)) {
                Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
                thread.setUncaughtExceptionHandler((which, thrown) -> {
                    if (!(thrown instanceof HazelcastInstanceNotActiveException)) {
                        before.uncaughtException(which, thrown);
                    }
                });
            }
        }
    }
}
