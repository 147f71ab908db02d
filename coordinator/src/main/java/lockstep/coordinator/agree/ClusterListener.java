package lockstep.coordinator.agree;

/** Is told what a human may want to know. */
@FunctionalInterface
public interface ClusterListener {
    /** @param text one line */
    void message(String text);
}
