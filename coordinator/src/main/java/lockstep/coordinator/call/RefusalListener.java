package lockstep.coordinator.call;

/** Is told of whoever was turned away, so that a human can be. */
@FunctionalInterface
public interface RefusalListener {
    /** @param who as it calls itself */
    void refused(String who, String why);
}
