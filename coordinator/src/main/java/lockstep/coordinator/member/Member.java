package lockstep.coordinator.member;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
public final class Member implements Members, AutoCloseable {
    /** How long a member may be silent before the others take it for dead. */
    public static final int SILENCE_SECONDS = HazelcastConfig.SILENCE_SECONDS;

    private final HazelcastInstance instance;
    /** Members that Hazelcast still lists, and that were seen to be dead. Guarded by this, for writing together with telling. */
    private final Set<UUID> dead = ConcurrentHashMap.newKeySet();
    private final List<MembershipListener> listeners = new CopyOnWriteArrayList<>();

    private final ProcessProof proof;
    private final Probe probe;

    private Member(HazelcastInstance instance, ProcessProof proof, Probe probe) {
        this.instance = instance;
        this.proof = proof;
        this.probe = probe;
        instance.getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberAdded(MembershipEvent event) {
                met(event.getMember());
                added(peer(event.getMember()));
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                removed(peer(event.getMember()));
            }
        });
        instance.getCluster().getMembers().forEach(this::met);
    }

    private void met(com.hazelcast.cluster.Member member) {
        ProcessId.of(member.getAttribute(ProcessId.ATTRIBUTE)).ifPresent(process -> probe.knows(member.getUuid(), process));
    }

    /**
     * @param further what other packages need configured before the member is one
     * @throws UserError when it can't listen where it was told to
     * @throws NoAnswer when a place to join takes connections and nothing comes of them
     */
    public static Member start(MemberSettings settings, Consumer<Config> further) {
        String address = BindAddress.of(settings.bindAddress());
        Config config = HazelcastConfig.of(settings.bound(address));
        further.accept(config);
        ProcessProof proof = new ProcessProof(address, settings.port(), settings.secret());
        config.getMemberAttributeConfig().setAttribute(ProcessId.ATTRIBUTE, proof.process().attribute());
        try {
            return new Member(Hazelcast.newHazelcastInstance(config), proof, new Probe(settings.secret()));
        } catch (HazelcastException e) {
            proof.close();
            throw new UserError("cannot start a member on " + settings.bindAddress() + ":" + settings.port() + ": " + e.getMessage(), e);
        } catch (IllegalStateException e) { // the one that Hazelcast throws when its time for joining is over
            proof.close();
            throw new NoAnswer("one of " + settings.kubernetesDns().orElse(String.join(", ", settings.peers()))
                + " takes connections and does not answer; it may be a node that is stopped, or no node of Lockstep", e);
        }
    }

    @Override
    public Peer self() {
        return peer(instance.getCluster().getLocalMember());
    }

    @Override
    public List<Peer> peers() {
        return living().map(Member::peer).toList();
    }

    @Override
    public boolean has(UUID id) {
        return living().anyMatch(member -> member.getUuid().equals(id));
    }

    /** Whether Hazelcast lists the peer, dead or alive. */
    public boolean lists(UUID id) {
        return instance.getCluster().getMembers().stream().anyMatch(member -> member.getUuid().equals(id));
    }

    private Stream<com.hazelcast.cluster.Member> living() {
        return instance.getCluster().getMembers().stream().filter(member -> !dead.contains(member.getUuid()));
    }

    /** Finds out what has become of members. */
    public Probe probe() {
        return probe;
    }

    public void listen(MembershipListener listener) {
        listeners.add(listener);
    }

    private synchronized void added(Peer peer) {
        listeners.forEach(listener -> listener.joined(peer));
    }

    private synchronized void removed(Peer peer) {
        if (!dead.remove(peer.id())) {
            listeners.forEach(listener -> listener.left(peer));
        }
    }

    /** The peer has died, whether Hazelcast knows of that or not: it is no member any more, here. */
    public synchronized void bury(Peer peer) {
        if (lists(peer.id()) && dead.add(peer.id())) {
            listeners.forEach(listener -> listener.left(peer));
        }
    }

    /** The peer was taken for dead and lives. */
    public synchronized void raise(Peer peer) {
        if (dead.remove(peer.id()) && lists(peer.id())) {
            listeners.forEach(listener -> listener.joined(peer));
        }
    }

    /** For packages of this module that bring Hazelcast parts of their own. */
    public HazelcastInstance hazelcast() {
        return instance;
    }

    /** @throws NoSuchElementException when the peer has left */
    public com.hazelcast.cluster.Member hazelcastMember(UUID id) {
        return living().filter(member -> member.getUuid().equals(id)).findFirst().orElseThrow();
    }

    private static Peer peer(com.hazelcast.cluster.Member member) {
        return new Peer(member.getUuid(), member.getAddress().getHost(), member.getAddress().getPort());
    }

    /** Leaves without waiting for the others: we keep nothing in Hazelcast that would have to move first. */
    @Override
    public void close() {
        proof.close();
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
