package lockstep.coordinator.member;

/** Is told who comes and goes, one call at a time; must not wait for anything. */
public interface MembershipListener {
    void joined(Peer peer);

    void left(Peer peer);
}
