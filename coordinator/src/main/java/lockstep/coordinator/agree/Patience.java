package lockstep.coordinator.agree;

/**
 * How long this node waits for what.
 *
 * @param stepMs until any node of a generation has done anything more: that a peer is alive shows by its being a member, so this only ends what would hang for another reason
 * @param gatherMs for the nodes that the first step is to wait for
 */
public record Patience(long stepMs, long gatherMs) {
    public static final Patience DEFAULT = new Patience(3_600_000, 1_800_000);
}
